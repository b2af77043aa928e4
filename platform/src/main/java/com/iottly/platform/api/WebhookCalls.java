package com.iottly.platform.api;

import com.iottly.platform.access.Scope;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.history.QueryException;
import com.iottly.platform.history.TimeParameter;
import com.iottly.platform.webhook.Changed;
import com.iottly.platform.webhook.DeadLetter;
import com.iottly.platform.webhook.Delivery;
import com.iottly.platform.webhook.Redelivery;
import com.iottly.platform.webhook.Webhook;
import com.iottly.platform.webhook.WebhookId;
import com.iottly.platform.webhook.Webhooks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Webhooks: make, change, watch, repeat (contract §4). */
final class WebhookCalls {

  private static final int DEFAULT_LISTED = 50;
  private static final int MAX_LISTED = 100;

  private final Webhooks webhooks;

  WebhookCalls(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  List<Route> routes() {
    String all = "project/{project}/webhooks";
    String one = all + "/{webhook}";
    return List.of(
        Route.get(all, Scope.MANAGE, this::list),
        Route.post(all, Scope.MANAGE, Route.Body.JSON, this::create),
        Route.get(one, Scope.MANAGE, this::show),
        Route.put(one, Scope.MANAGE, this::update),
        Route.delete(one, Scope.MANAGE, this::delete),
        Route.post(one + "/pause", Scope.MANAGE, Route.Body.NONE, this::pause),
        Route.post(one + "/resume", Scope.MANAGE, Route.Body.NONE, this::resume),
        Route.post(one + "/secret", Scope.MANAGE, Route.Body.NONE, this::rotateSecret),
        Route.post(one + "/test", Scope.MANAGE, Route.Body.NONE, this::test),
        Route.post(one + "/replay", Scope.MANAGE, Route.Body.JSON, this::replay),
        Route.post(one + "/redeliver", Scope.MANAGE, Route.Body.JSON, this::redeliver),
        Route.get(one + "/deliveries", Scope.MANAGE, this::deliveries),
        Route.get(one + "/dead_letters", Scope.MANAGE, this::deadLetters));
  }

  private Answer list(ApiCall call) {
    call.query().requireOnly(Set.of());
    var answer = Json.object();
    var list = answer.putArray("webhooks");
    webhooks.list(call.project()).forEach(webhook -> list.add(WebhookJson.webhook(webhook)));
    return Answer.ok(answer);
  }

  private Answer create(ApiCall call) {
    call.query().requireOnly(Set.of());
    return switch (webhooks.create(
        call.project(), WebhookJson.definition(call, Optional.empty()))) {
      case Changed.Done(Webhook made) -> withSecret(made);
      case Changed.Refused(String problem) -> throw WebhookJson.bad(problem);
      case Changed.Missing() ->
          throw ApiError.forbidden("wrong_project", "The project of this key was deleted.");
    };
  }

  private Answer show(ApiCall call) {
    call.query().requireOnly(Set.of());
    return Answer.ok(WebhookJson.webhook(webhook(call)));
  }

  private Answer update(ApiCall call) {
    Webhook before = webhook(call);
    return changed(
        webhooks.update(
            call.project(),
            before.id(),
            WebhookJson.definition(call, Optional.of(before.definition()))));
  }

  private Answer delete(ApiCall call) {
    call.query().requireOnly(Set.of());
    if (!webhooks.delete(call.project(), id(call))) {
      throw unknown();
    }
    return Answer.ok(Json.object().put("deleted", true));
  }

  private Answer pause(ApiCall call) {
    return changed(webhooks.pause(call.project(), id(call)));
  }

  private Answer resume(ApiCall call) {
    return changed(webhooks.resume(call.project(), id(call)));
  }

  private Answer rotateSecret(ApiCall call) {
    call.query().requireOnly(Set.of());
    return withSecret(done(webhooks.rotateSecret(call.project(), id(call))));
  }

  /** The only answers with the secret in full. */
  private static Answer withSecret(Webhook webhook) {
    return Answer.ok(WebhookJson.webhook(webhook).put("secret", webhook.secrets().current()));
  }

  private Answer test(ApiCall call) throws InterruptedException {
    call.query().requireOnly(Set.of());
    return call.turns()
        .aside(() -> webhooks.test(call.project(), id(call)))
        .map(attempt -> Answer.ok(WebhookJson.attempt(attempt)))
        .orElseThrow(WebhookCalls::unknown);
  }

  private Answer replay(ApiCall call) {
    call.query().requireOnly(Set.of());
    return changed(webhooks.replay(call.project(), id(call), since(call)));
  }

  private static Instant since(ApiCall call) {
    Optional<String> time = call.optionalText("since");
    Optional<String> message = call.optionalText("message");
    if (time.isPresent() == message.isPresent()) {
      throw ApiError.badRequest(
          "bad_replay",
          "Say from where on to send again: either \"since\", a time, or \"message\", a message's _id.");
    }
    if (message.isPresent()) {
      return Instant.ofEpochSecond(message(message.get()).seconds());
    }
    try {
      return TimeParameter.parse("since", time.orElseThrow());
    } catch (QueryException e) {
      throw ApiError.badRequest(e.code().wireName(), String.valueOf(e.getMessage()));
    }
  }

  private Answer redeliver(ApiCall call) throws InterruptedException {
    call.query().requireOnly(Set.of());
    MessageId message = message(call.text("message"));
    DeviceId device =
        DeviceId.parse(call.text("device"))
            .orElseThrow(() ->
                ApiError.badRequest("bad_member", "\"device\" must be a device's id, a UUID."));
    Redelivery redelivery =
        call.turns().aside(() -> webhooks.redeliver(call.project(), id(call), device, message));
    return switch (redelivery) {
      case Redelivery.Sent(var attempt) -> Answer.ok(WebhookJson.attempt(attempt));
      case Redelivery.MessageGone() ->
          throw ApiError.notFound(
              "message_unknown",
              "That device has no such message; it may be older than what the project keeps.");
      case Redelivery.Missing() -> throw unknown();
    };
  }

  private Answer deliveries(ApiCall call) {
    call.query().requireOnly(Set.of("limit", "before"));
    int limit = call.query().number("limit", DEFAULT_LISTED, 1, MAX_LISTED);
    long before =
        call.query().get("before").isPresent()
            ? call.query().number("before", 0, 1, Integer.MAX_VALUE)
            : Long.MAX_VALUE;
    List<Delivery> found =
        webhooks
            .deliveries(call.project(), id(call), before, limit)
            .orElseThrow(WebhookCalls::unknown);
    var answer = Json.object();
    var list = answer.putArray("deliveries");
    found.forEach(delivery -> list.add(WebhookJson.delivery(delivery)));
    return Answer.ok(answer);
  }

  private Answer deadLetters(ApiCall call) {
    call.query().requireOnly(Set.of("limit", "after"));
    int limit = call.query().number("limit", DEFAULT_LISTED, 1, MAX_LISTED);
    MessageId after =
        call.query().get("after").map(WebhookCalls::message).orElse(new MessageId(0, 0));
    List<DeadLetter> found =
        webhooks
            .deadLetters(call.project(), id(call), after, limit)
            .orElseThrow(WebhookCalls::unknown);
    var answer = Json.object();
    var list = answer.putArray("dead_letters");
    found.forEach(letter -> list.add(WebhookJson.deadLetter(letter)));
    return Answer.ok(answer);
  }

  private static MessageId message(String text) {
    return MessageId.parse(text)
        .orElseThrow(() ->
            ApiError.badRequest(
                "bad_message_id", "A message's _id has 24 hex digits, as its history shows it."));
  }

  private Webhook webhook(ApiCall call) {
    return webhooks.find(call.project(), id(call)).orElseThrow(WebhookCalls::unknown);
  }

  private static WebhookId id(ApiCall call) {
    return WebhookId.parse(call.parameter("webhook")).orElseThrow(WebhookCalls::unknown);
  }

  private static Answer changed(Changed changed) {
    return Answer.ok(WebhookJson.webhook(done(changed)));
  }

  private static Webhook done(Changed changed) {
    return switch (changed) {
      case Changed.Done(Webhook webhook) -> webhook;
      case Changed.Refused(String problem) -> throw WebhookJson.bad(problem);
      case Changed.Missing() -> throw unknown();
    };
  }

  private static ApiError unknown() {
    return ApiError.notFound(
        "webhook_unknown",
        "This project has no such webhook. 'GET project/<project>/webhooks' lists those it has.");
  }
}
