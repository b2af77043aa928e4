package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.Role;
import com.iottly.platform.access.Scope;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** The OpenAPI 3.1 document of the routes. */
final class OpenApi {

  private static final String ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  /** What the parameters of paths look like. */
  private static final Map<String, Schema> PATH_PARAMETERS =
      Map.ofEntries(
          Map.entry("project", Schema.text("^[0-9a-f]{24}$").describedAs("A project's id.")),
          Map.entry("device", Schema.text("^" + ID + "$").describedAs("A device's id.")),
          Map.entry("license", Schema.text("^[0-9a-f]{32}$").describedAs("A license's token.")),
          Map.entry("command", Schema.text("^[0-9a-f-]{36}$").describedAs("A command's id.")),
          Map.entry("pairing", Schema.text("^[0-9a-f]{16}$").describedAs("A pair code's id.")),
          Map.entry("type", Schema.text().describedAs("A definition's type.")),
          Map.entry("key", Schema.text("^" + ID + "$").describedAs("An API key's id.")),
          Map.entry("user", Schema.text().describedAs("A user's name.")),
          Map.entry("session", Schema.text("^" + ID + "$").describedAs("A session's id.")),
          Map.entry(
              "remote_session", Schema.text("^" + ID + "$").describedAs("A remote session's id.")),
          Map.entry("webhook", Schema.text("^[0-9a-f]{24}$").describedAs("A webhook's id.")));

  private final List<Route> routes;
  private final Map<String, ObjectNode> components = new TreeMap<>();

  private OpenApi(List<Route> routes) {
    this.routes = routes;
  }

  /** The call that serves the document of these calls and of itself. */
  static List<Route> withDocument(List<Route> routes) {
    byte[][] document = new byte[1][];
    List<Route> all = new ArrayList<>(routes);
    all.add(
        Route.get("openapi.json")
            .is("getDocument", "About", "This document")
            .answers(Schema.anyObject())
            .to(_ -> Answer.ok(document[0])));
    document[0] = Json.write(new OpenApi(all).document());
    return List.copyOf(all);
  }

  private ObjectNode document() {
    ObjectNode document = Json.object().put("openapi", "3.1.0");
    document
        .putObject("info")
        .put("title", "Iottly HTTP API")
        .put("version", "1.0")
        .put("description", "Everything that can be done with Iottly, call by call.");
    document.putArray("servers").addObject().put("url", HttpApi.BASE_PATH);
    ObjectNode paths = document.putObject("paths");
    for (Route route : routes) {
      ObjectNode path = paths.withObject("/" + escaped("/" + String.join("/", route.template())));
      path.set(route.method().name().toLowerCase(Locale.ROOT), operation(route));
    }
    ObjectNode parts = document.putObject("components");
    ObjectNode schemas = parts.putObject("schemas");
    components.forEach(schemas::set);
    ObjectNode security = parts.putObject("securitySchemes");
    security
        .putObject("key")
        .put("type", "apiKey")
        .put("in", "header")
        .put("name", "Authentication")
        .put("description", "`bearer <API_KEY>`");
    security.putObject("bearer").put("type", "http").put("scheme", "bearer");
    security
        .putObject("session")
        .put("type", "apiKey")
        .put("in", "cookie")
        .put("name", SessionCookie.NAME)
        .put(
            "description",
            "Set by `POST session`. What changes something also needs the header `"
                + SessionCookie.CSRF_HEADER
                + "`.");
    return document;
  }

  /** For a JSON pointer (RFC 6901). */
  private static String escaped(String segment) {
    return segment.replace("~", "~0").replace("/", "~1");
  }

  private ObjectNode operation(Route route) {
    Operation operation = route.operation();
    ObjectNode json =
        Json.object().put("operationId", operation.id()).put("summary", operation.summary());
    json.putArray("tags").add(operation.tag());
    describeAccess(json, route);
    ArrayNode parameters = json.putArray("parameters");
    for (String name : route.pathParameters()) {
      Schema schema = PATH_PARAMETERS.get(name);
      if (schema == null) {
        throw new IllegalStateException("the document does not know the parameter " + name);
      }
      parameters
          .addObject()
          .put("name", name)
          .put("in", "path")
          .put("required", true)
          .set("schema", use(schema));
    }
    operation.query().forEach(parameter -> parameters.add(parameter("query", parameter)));
    operation.headers().forEach(parameter -> parameters.add(parameter("header", parameter)));
    if (operation.request() != null) {
      ObjectNode media =
          json.putObject("requestBody")
              .put("required", true)
              .putObject("content")
              .putObject("application/json");
      media.set("schema", use(operation.request()));
      operation.example().ifPresent(example -> media.set("example", Json.read(example)));
    }
    responses(json.putObject("responses"), route);
    return json;
  }

  private ObjectNode parameter(String in, Parameter parameter) {
    return Json.object()
        .put("name", parameter.name())
        .put("in", in)
        .put("description", parameter.description())
        .set("schema", use(parameter.schema()));
  }

  private static void describeAccess(ObjectNode operation, Route route) {
    ArrayNode security = operation.putArray("security");
    switch (route.access()) {
      case Access.Anyone() -> operation.put("description", "Needs no key.");
      case Access.Project(Scope scope, boolean peopleOnly) -> {
        String role =
            route.pathParameters().contains("project")
                ? "the role `" + Role.leastFor(scope).wireName() + "` in the project"
                : "somebody who is signed in";
        if (peopleOnly) {
          operation.put("description", "Needs " + role + "; no key.");
        } else {
          operation.put(
              "description",
              "Needs a key with the scope `" + scope.wireName() + "`, or " + role + ".");
          security.addObject().putArray("key");
          security.addObject().putArray("bearer");
        }
        security.addObject().putArray("session");
      }
      case Access.SignedIn() -> {
        operation.put("description", "Needs a person who is signed in.");
        security.addObject().putArray("session");
      }
      case Access.Administrator() -> {
        operation.put("description", "Needs an administrator.");
        security.addObject().putArray("session");
      }
    }
  }

  private void responses(ObjectNode responses, Route route) {
    ObjectNode good = responses.putObject("200").put("description", "Done.");
    good.putObject("content")
        .putObject("application/json")
        .set("schema", use(route.operation().answer()));
    errors(route)
        .forEach((status, codes) -> {
          ObjectNode error =
              responses
                  .putObject(status.toString())
                  .put("description", "`" + String.join("`, `", codes) + "`");
          Schema schema =
              Schema.object()
                  .with("error", Schema.text().describedAs("What is wrong and what to do."))
                  .with("code", Schema.choice(codes))
                  .closed();
          error.putObject("content").putObject("application/json").set("schema", use(schema));
        });
  }

  private ObjectNode use(Schema schema) {
    components.putAll(schema.components());
    return schema.node();
  }

  /** The codes of a call: its own, and those of every call of its kind. */
  private static NavigableMap<Integer, NavigableSet<String>> errors(Route route) {
    NavigableMap<Integer, NavigableSet<String>> errors = new TreeMap<>();
    route.operation().errors().forEach((status, codes) -> add(errors, status, codes));
    add(errors, 400, List.of("bad_query", "duplicate_parameter", "bad_host"));
    add(errors, 429, List.of("too_many_requests"));
    add(errors, 500, List.of("internal_error"));
    add(errors, 503, List.of("unavailable"));
    if (!route.operation().original()) {
      add(errors, 400, List.of("unknown_parameter"));
    }
    if (!route.operation().query().isEmpty()) {
      add(errors, 400, List.of("bad_parameter"));
    }
    switch (route.access()) {
      case Access.Anyone() -> add(errors, 401, List.of("key_unknown", "key_expired"));
      case Access.Project(Scope _, boolean peopleOnly) -> {
        add(errors, 401, List.of("not_signed_in", "key_unknown", "key_expired"));
        add(errors, 403, List.of("wrong_project", "role_missing"));
        if (peopleOnly) {
          add(errors, 403, List.of("people_only"));
        } else {
          add(errors, 401, List.of("key_missing"));
          add(errors, 403, List.of("scope_missing"));
        }
      }
      case Access.SignedIn() -> addPeople(errors);
      case Access.Administrator() -> {
        addPeople(errors);
        add(errors, 403, List.of("administrator_only"));
      }
    }
    if (!route.method().equals(HttpMethod.GET)) {
      add(errors, 403, List.of("wrong_origin"));
      if (!(route.access() instanceof Access.Anyone)) {
        add(errors, 403, List.of("csrf_token_wrong"));
      }
    }
    if (route.pathParameters().contains("device")) {
      add(errors, 403, List.of("wrong_device"));
    }
    if (route.body() != Route.Body.NONE) {
      add(errors, 400, List.of("bad_json", "missing_member", "bad_member", "bad_body"));
      add(errors, 400, List.of("body_timeout", "bad_content_length"));
      add(errors, 413, List.of("body_too_large"));
      if (!route.operation().original()) {
        add(errors, 400, List.of("unknown_member"));
      }
    }
    if (route.body() == Route.Body.JSON) {
      add(errors, 415, List.of("unsupported_media_type"));
    }
    return errors;
  }

  private static void addPeople(NavigableMap<Integer, NavigableSet<String>> errors) {
    add(errors, 401, List.of("not_signed_in", "key_unknown", "key_expired"));
    add(errors, 403, List.of("people_only"));
  }

  private static void add(
      NavigableMap<Integer, NavigableSet<String>> errors, int status, Iterable<String> codes) {
    NavigableSet<String> all = errors.computeIfAbsent(status, _ -> new TreeSet<>());
    codes.forEach(all::add);
  }
}
