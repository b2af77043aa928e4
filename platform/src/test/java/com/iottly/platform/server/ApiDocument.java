package com.iottly.platform.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialects;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The OpenAPI document that a server serves, against which the tests' clients hold every request
 * and every answer: what the document does not know may not happen. Any thread. The end-to-end
 * tests use it too.
 */
public final class ApiDocument {

  private static final String BASE = "/v1.0/";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** One call of the document. */
  record Operation(String method, String path, JsonNode json) {

    String id() {
      return json.get("operationId").asText();
    }

    Optional<JsonNode> parameter(String in, String name) {
      for (JsonNode parameter : json.path("parameters")) {
        if (parameter.get("in").asText().equals(in)
            && parameter.get("name").asText().equals(name)) {
          return Optional.of(parameter);
        }
      }
      return Optional.empty();
    }
  }

  private final JsonNode document;
  private final List<Operation> operations = new ArrayList<>();
  private final SchemaRegistry schemas =
      SchemaRegistry.withDefaultDialect(Dialects.getDraft202012());
  private final Map<JsonNode, Schema> compiled = new ConcurrentHashMap<>();

  public ApiDocument(JsonNode document) {
    this.document = document;
    document
        .get("paths")
        .properties()
        .forEach(path ->
            path.getValue()
                .properties()
                .forEach(operation ->
                    operations.add(
                        new Operation(
                            operation.getKey(),
                            path.getKey().substring(1),
                            operation.getValue()))));
  }

  List<Operation> operations() {
    return operations;
  }

  JsonNode json() {
    return document;
  }

  /** Fails when the request or its answer is not as the document says. */
  public void check(String method, URI uri, Optional<String> body, int status, String answer) {
    if (!uri.getPath().startsWith(BASE)) {
      return;
    }
    String what = method + " " + uri;
    Optional<Operation> found = operation(method, uri.getRawPath().substring(BASE.length()));
    if (found.isEmpty()) {
      require(
          status == 404 || status == 405 || status == 401,
          what + " is not in the document, but is answered with " + status);
      return;
    }
    Operation operation = found.get();
    JsonNode response = operation.json().at("/responses/" + status);
    require(
        !response.isMissingNode(), what + ": the document has no answer " + status + ": " + answer);
    JsonNode form = response.at("/content/application~1json/schema");
    fits(what + " answered " + answer, form, json(answer));
    if (status == 200) {
      checkQuery(what, operation, uri);
      JsonNode request = operation.json().at("/requestBody/content/application~1json/schema");
      if (!request.isMissingNode()) {
        fits(what + " with " + body, request, json(body.orElse("")));
      }
    }
  }

  private void checkQuery(String what, Operation operation, URI uri) {
    String query = uri.getRawQuery();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      String[] parts = pair.split("=", 2);
      String value = parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8);
      operation
          .parameter("query", URLDecoder.decode(parts[0], StandardCharsets.UTF_8))
          .ifPresent(parameter -> {
            JsonNode form = parameter.get("schema");
            boolean number = form.path("type").asText().equals("integer");
            fits(
                what + ", parameter " + pair,
                form,
                number
                    ? JsonNodeFactory.instance.numberNode(Long.parseLong(value))
                    : JsonNodeFactory.instance.textNode(value));
          });
    }
  }

  /** The call of that path; one that spells a segment out goes before one that leaves it open. */
  Optional<Operation> operation(String method, String path) {
    List<String> segments = segments(path);
    return operations.stream()
        .filter(operation -> matches(segments(operation.path()), segments))
        .sorted((one, other) -> open(one) - open(other))
        .findFirst()
        .flatMap(nearest ->
            operations.stream()
                .filter(operation -> operation.path().equals(nearest.path()))
                .filter(operation -> operation.method().equalsIgnoreCase(method))
                .findFirst());
  }

  private static int open(Operation operation) {
    return (int) segments(operation.path()).stream().filter(part -> part.startsWith("{")).count();
  }

  private static List<String> segments(String path) {
    return java.util.Arrays.stream(path.split("/")).filter(part -> !part.isEmpty()).toList();
  }

  private static boolean matches(List<String> template, List<String> path) {
    if (template.size() != path.size()) {
      return false;
    }
    for (int i = 0; i < template.size(); i++) {
      if (!template.get(i).startsWith("{") && !template.get(i).equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  private void fits(String what, JsonNode form, JsonNode value) {
    List<Error> errors = compiled.computeIfAbsent(form, this::compile).validate(value);
    require(errors.isEmpty(), what + " is not as the document says: " + errors);
  }

  private Schema compile(JsonNode form) {
    ObjectNode whole = form.deepCopy();
    whole.set("components", document.get("components"));
    return schemas.getSchema(whole);
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  private static void require(boolean holds, String problem) {
    if (!holds) {
      throw new AssertionError(problem);
    }
  }
}
