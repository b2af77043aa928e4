package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.webhook.Attempt;
import com.iottly.platform.webhook.DeadLetter;
import com.iottly.platform.webhook.Delivery;
import com.iottly.platform.webhook.Webhook;
import com.iottly.platform.webhook.WebhookDefinition;
import com.iottly.platform.webhook.WebhookDefinition.Header;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Webhooks as JSON. Secrets and header values go in and never come out in full. */
final class WebhookJson {

  private static final String HIDDEN = "••••";

  /** What a new webhook is made of. */
  static final Schema NEW_WEBHOOK =
      settings(
          Schema.object()
              .with("description", Schema.text())
              .with("url", Schema.text())
              .with("type", Schema.choice("iottly", "user")));

  /** What may be changed. */
  static final Schema CHANGE =
      settings(
          Schema.object()
              .maybe("description", Schema.text())
              .maybe("url", Schema.text())
              .maybe("type", Schema.choice("iottly", "user")));

  static final Schema WEBHOOK =
      Schema.object()
          .with("id", Schema.text("^[0-9a-f]{24}$"))
          .with("description", Schema.text())
          .with("url", Schema.text())
          .with("type", Schema.choice("iottly", "user"))
          .with("channel", Schema.text().orNull())
          .with("payload_only", Schema.flag())
          .with(
              "headers",
              Schema.listOf(
                  Schema.object()
                      .with("name", Schema.text())
                      .with("value", Schema.text().describedAs("Never the value itself."))
                      .closed()))
          .with("secret", Schema.text().describedAs("Shortened, but where it was just made."))
          .with("old_secret_until", Schema.moment().orNull())
          .with("created", Schema.moment())
          .with("state", Schema.choice("active", "paused", "disabled"))
          .with("reason", Schema.text().orNull())
          .with("failing_since", Schema.moment().orNull())
          .with("parked_devices", Schema.count())
          .with("dead_letters", Schema.count())
          .with("missed", Schema.count())
          .closed()
          .named("Webhook");

  static final Schema ATTEMPT = attempt(Schema.object()).closed().named("WebhookAttempt");

  static final Schema DELIVERY =
      attempt(
              Schema.object()
                  .with("number", Schema.count())
                  .with("message", Schema.text())
                  .with("device", Schema.text().orNull())
                  .with("attempt", Schema.count()))
          .closed()
          .named("WebhookDelivery");

  static final Schema DEAD_LETTER =
      Schema.object()
          .with("message", Schema.text("^[0-9a-f]{24}$"))
          .with("device", Schema.text())
          .with("attempts", Schema.count())
          .with("given_up", Schema.moment())
          .with("problem", Schema.text())
          .closed()
          .named("DeadLetter");

  private WebhookJson() {}

  private static Schema settings(Schema.Members members) {
    return members
        .maybe("channel", Schema.text().orNull())
        .maybe("payload_only", Schema.flag())
        .maybe(
            "headers",
            Schema.listOf(
                Schema.object()
                    .with("name", Schema.text())
                    .maybe("value", Schema.text().describedAs("Left out: the one it had."))
                    .closed()))
        .closed();
  }

  private static Schema.Members attempt(Schema.Members members) {
    return members
        .with("delivered", Schema.flag())
        .with("begun", Schema.moment())
        .with("milliseconds", Schema.count())
        .with("status", Schema.count().orNull())
        .with("problem", Schema.text().orNull())
        .with("answer", Schema.text());
  }

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
    return node == null ? before : node.booleanValue();
  }

  private static List<Header> headers(ObjectNode body, List<Header> before) {
    JsonNode node = body.get("headers");
    return node == null
        ? before
        : node.valueStream()
            .map(header -> {
              String name = header.get("name").textValue();
              return new Header(name, value(header, name, before));
            })
            .toList();
  }

  private static String value(JsonNode header, String name, List<Header> before) {
    JsonNode value = header.get("value");
    return value != null
        ? value.textValue()
        : before.stream()
            .filter(had -> had.name().equalsIgnoreCase(name))
            .map(Header::value)
            .findFirst()
            .orElseThrow(() -> bad("the header " + QueryString.shortened(name) + " has no value"));
  }

  /** The rules' sentences begin in lower case. */
  static ApiError bad(String problem) {
    return ApiError.badRequest(
        "bad_webhook", Character.toUpperCase(problem.charAt(0)) + problem.substring(1) + ".");
  }
}
