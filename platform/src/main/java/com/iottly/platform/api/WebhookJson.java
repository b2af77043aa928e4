package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.webhook.Attempt;
import com.iottly.platform.webhook.DeadLetter;
import com.iottly.platform.webhook.Delivery;
import com.iottly.platform.webhook.Webhook;
import com.iottly.platform.webhook.WebhookDefinition;
import com.iottly.platform.webhook.WebhookDefinition.Header;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Webhooks as JSON. Secrets and header values go in and never come out in full. */
final class WebhookJson {

  private static final String HIDDEN = "••••";
  private static final Set<String> MEMBERS =
      Set.of("description", "url", "type", "channel", "payload_only", "headers");

  private WebhookJson() {}

  static ObjectNode webhook(Webhook webhook) {
    WebhookDefinition definition = webhook.definition();
    Webhook.Standing standing = webhook.standing();
    ObjectNode json =
        Json.object()
            .put("id", webhook.id().value())
            .put("description", definition.description())
            .put("url", definition.url())
            .put("type", definition.type().wireName())
            .put("channel", definition.channel())
            .put("payload_only", definition.payloadOnly());
    var headers = json.putArray("headers");
    definition
        .headers()
        .forEach(header -> headers.addObject().put("name", header.name()).put("value", HIDDEN));
    return json.put("secret", webhook.secrets().hint())
        .put("old_secret_until", text(webhook.secrets().oldUntil()))
        .put("created", webhook.created().toString())
        .put("state", standing.state().wireName())
        .put("reason", standing.reason())
        .put("failing_since", text(standing.failingSince()))
        .put("parked_devices", standing.parked())
        .put("dead_letters", standing.deadLetters())
        .put("missed", standing.missed());
  }

  static ObjectNode attempt(Attempt attempt) {
    return Json.object()
        .put("delivered", attempt.delivered())
        .put("begun", attempt.begun().toString())
        .put("milliseconds", attempt.took().toMillis())
        .put("status", attempt.status())
        .put("problem", attempt.problem())
        .put("answer", attempt.excerpt());
  }

  static ObjectNode delivery(Delivery delivery) {
    ObjectNode json =
        Json.object()
            .put("number", delivery.number())
            .put("message", delivery.message())
            .put("device", text(delivery.device()))
            .put("attempt", delivery.count());
    json.setAll(attempt(delivery.attempt()));
    return json;
  }

  static ObjectNode deadLetter(DeadLetter letter) {
    return Json.object()
        .put("message", letter.message().toString())
        .put("device", letter.device().toString())
        .put("attempts", letter.attempts())
        .put("given_up", letter.givenUp().toString())
        .put("problem", letter.problem());
  }

  private static @Nullable String text(@Nullable Object value) {
    return value == null ? null : value.toString();
  }

  /**
   * The definition in a request's body.
   *
   * @param before what a member that is left out keeps; empty for a new webhook
   */
  static WebhookDefinition definition(ApiCall call, Optional<WebhookDefinition> before) {
    ObjectNode body = call.body();
    body.fieldNames()
        .forEachRemaining(name -> {
          if (!MEMBERS.contains(name)) {
            throw bad(
                "the request body has an unknown member '"
                    + QueryString.shortened(name)
                    + "': known are "
                    + String.join(", ", MEMBERS.stream().sorted().toList()));
          }
        });
    return new WebhookDefinition(
        text(call, "description", before.map(WebhookDefinition::description)),
        text(call, "url", before.map(WebhookDefinition::url)),
        type(text(call, "type", before.map(was -> was.type().wireName()))),
        body.has("channel")
            ? call.optionalText("channel").orElse(null)
            : before.map(WebhookDefinition::channel).orElse(null),
        payloadOnly(body, before.map(WebhookDefinition::payloadOnly).orElse(false)),
        headers(body, before.map(WebhookDefinition::headers).orElse(List.of())));
  }

  private static String text(ApiCall call, String member, Optional<String> before) {
    return call.optionalText(member).or(() -> before).orElseGet(() -> call.text(member));
  }

  private static WebhookDefinition.Type type(String name) {
    return WebhookDefinition.Type.of(name)
        .orElseThrow(() -> bad("the type must be iottly or user"));
  }

  private static boolean payloadOnly(ObjectNode body, boolean before) {
    JsonNode node = body.get("payload_only");
    if (node == null) {
      return before;
    }
    if (!node.isBoolean()) {
      throw bad("\"payload_only\" must be true or false");
    }
    return node.booleanValue();
  }

  /** A header without a value keeps the one it had. */
  private static List<Header> headers(ObjectNode body, List<Header> before) {
    JsonNode node = body.get("headers");
    if (node == null) {
      return before;
    }
    List<Header> headers = new ArrayList<>();
    for (JsonNode header : node) {
      JsonNode name = header.get("name");
      if (!node.isArray() || name == null || !name.isTextual()) {
        throw badHeaders();
      }
      headers.add(new Header(name.textValue(), value(header, name.textValue(), before)));
    }
    if (!node.isArray()) {
      throw badHeaders();
    }
    return headers;
  }

  private static String value(JsonNode header, String name, List<Header> before) {
    JsonNode value = header.get("value");
    if (value != null && !value.isTextual()) {
      throw badHeaders();
    }
    return value != null
        ? value.textValue()
        : before.stream()
            .filter(had -> had.name().equalsIgnoreCase(name))
            .map(Header::value)
            .findFirst()
            .orElseThrow(WebhookJson::badHeaders);
  }

  private static ApiError badHeaders() {
    return bad("\"headers\" must be a list like [{\"name\": \"X-Api-Key\", \"value\": \"…\"}]");
  }

  /** The rules' sentences begin in lower case. */
  static ApiError bad(String problem) {
    return ApiError.badRequest(
        "bad_webhook", Character.toUpperCase(problem.charAt(0)) + problem.substring(1) + ".");
  }
}
