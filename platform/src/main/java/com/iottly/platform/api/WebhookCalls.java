package com.iottly.platform.api;

import com.iottly.platform.access.Scope;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.TimeParameter;
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
import java.util.stream.Stream;

/** Webhooks: make, change, watch, repeat (contract §4). */
final class WebhookCalls {

  private static final String CHAPTER = "Webhooks";
  private static final String ALL = "project/{project}/webhooks";
  private static final String ONE = ALL + "/{webhook}";
  private static final Schema ID = Schema.text().describedAs("A message's _id.");
  private static final Parameter.Count LIMIT =
      new Parameter.Count("limit", 50, 1, 100, "How many to list.");
  private static final Parameter.Count BEFORE =
      new Parameter.Count(
          "before", Integer.MAX_VALUE, 1, Integer.MAX_VALUE, "Only those before this number.");
  private static final Parameter.Text AFTER =
      Parameter.Text.of("after", "Only those behind this message.");

  private final Webhooks webhooks;

  WebhookCalls(Webhooks webhooks) {
    this.webhooks = webhooks;
  }

  List<Route> routes() {
    return Stream.concat(definitions().stream(), actions().stream()).toList();
  }

  private List<Route> definitions() {
    String example =
        """
        {"description": "Billing", "url": "https://{endpoint}/iottly", "type": "user",
         "headers": [{"name": "X-Api-Key", "value": "secret"}]}
        """;
    return List.of(
        Route.get(ALL)
            .is("listWebhooks", CHAPTER, "The project's webhooks, oldest first")
            .needs(Scope.MANAGE)
            .answers(Schema.object().with("webhooks", Schema.listOf(WebhookJson.WEBHOOK)).closed())
            .to(this::list),
        Route.post(ALL)
            .is("createWebhook", CHAPTER, "Makes a webhook; the only answer with its secret")
            .needs(Scope.MANAGE)
            .reads(WebhookJson.NEW_WEBHOOK, example)
            .answers(WebhookJson.WEBHOOK)
            .refuses(400, "bad_webhook")
            .to(this::create),
        one(Route.get(ONE).is("getWebhook", CHAPTER, "One webhook")).to(this::show),
        one(Route.put(ONE)
                .is("updateWebhook", CHAPTER, "Changes the members given; the others stay")
                .reads(WebhookJson.CHANGE, "{\"channel\": \"alarms\"}"))
            .refuses(400, "bad_webhook")
            .to(this::update),
        one(Route.delete(ONE).is("deleteWebhook", CHAPTER, "Deletes it and what it had to send"))
            .answers(Schema.object().with("deleted", Schema.flag()).closed())
            .to(this::delete),
        one(Route.post(ONE + "/secret")
                .is(
                    "rotateWebhookSecret",
                    CHAPTER,
                    "A new secret; the old one signs too for a day"))
            .to(this::rotateSecret));
  }

  private List<Route> actions() {
    Schema since = Schema.object().maybe("since", Schema.text()).maybe("message", ID).closed();
    Schema which =
        Schema.object().with("device", Schema.text()).with("message", Schema.text()).closed();
    return List.of(
        one(Route.post(ONE + "/pause").is("pauseWebhook", CHAPTER, "Holds its messages"))
            .to(this::pause),
        one(Route.post(ONE + "/resume")
                .is("resumeWebhook", CHAPTER, "Sends again, and what was refused at once"))
            .to(this::resume),
        one(Route.post(ONE + "/test").is("testWebhook", CHAPTER, "Sends a message made up for it"))
            .answers(WebhookJson.ATTEMPT)
            .to(this::test),
        one(Route.post(ONE + "/replay")
                .is("replayWebhook", CHAPTER, "Sends everything again since a time or a message")
                .reads(since, "{\"since\": \"2026-01-01T00:00:00Z\"}"))
            .refuses(400, "bad_replay", "bad_time", "bad_message_id")
            .to(this::replay),
        one(Route.post(ONE + "/redeliver")
                .is("redeliverMessage", CHAPTER, "Sends one message once more, now")
                .reads(which, "{\"device\": \"{device}\", \"message\": \"{message}\"}"))
            .answers(WebhookJson.ATTEMPT)
            .refuses(400, "bad_message_id")
            .refuses(404, "message_unknown")
            .to(this::redeliver),
        one(Route.get(ONE + "/deliveries")
                .is("listDeliveries", CHAPTER, "The log of its attempts, newest first")
                .query(LIMIT, BEFORE))
            .answers(
                Schema.object().with("deliveries", Schema.listOf(WebhookJson.DELIVERY)).closed())
            .to(this::deliveries),
        one(Route.get(ONE + "/dead_letters")
                .is("listDeadLetters", CHAPTER, "The messages it gave up, oldest first")
                .query(LIMIT, AFTER))
            .answers(
                Schema.object()
                    .with("dead_letters", Schema.listOf(WebhookJson.DEAD_LETTER))
                    .closed())
            .refuses(400, "bad_message_id")
            .to(this::deadLetters));
  }

  private static Route.Draft one(Route.Draft draft) {
    return draft.needs(Scope.MANAGE).answers(WebhookJson.WEBHOOK).refuses(404, "webhook_unknown");
  }

  private Answer list(ApiCall call) {
    var answer = Json.object();
    var list = answer.putArray("webhooks");
    webhooks.list(call.project()).forEach(webhook -> list.add(WebhookJson.webhook(webhook)));
    return Answer.ok(answer);
  }

  private Answer create(ApiCall call) {
    return switch (webhooks.create(
        call.project(), WebhookJson.definition(call, Optional.empty()))) {
      case Changed.Done(Webhook made) -> withSecret(made);
      case Changed.Refused(String problem) -> throw WebhookJson.bad(problem);
      case Changed.Missing() ->
          throw ApiError.forbidden("wrong_project", "The project of this key was deleted.");
    };
  }

  private Answer show(ApiCall call) {
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
    return withSecret(done(webhooks.rotateSecret(call.project(), id(call))));
  }

  /** The only answers with the secret in full. */
  private static Answer withSecret(Webhook webhook) {
    return Answer.ok(WebhookJson.webhook(webhook).put("secret", webhook.secrets().current()));
  }

  private Answer test(ApiCall call) throws InterruptedException {
    return call.turns()
        .aside(() -> webhooks.test(call.project(), id(call)))
        .map(attempt -> Answer.ok(WebhookJson.attempt(attempt)))
        .orElseThrow(WebhookCalls::unknown);
  }

  private Answer replay(ApiCall call) {
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
    List<Delivery> found =
        webhooks
            .deliveries(call.project(), id(call), BEFORE.in(call), LIMIT.in(call))
            .orElseThrow(WebhookCalls::unknown);
    var answer = Json.object();
    var list = answer.putArray("deliveries");
    found.forEach(delivery -> list.add(WebhookJson.delivery(delivery)));
    return Answer.ok(answer);
  }

  private Answer deadLetters(ApiCall call) {
    MessageId after = AFTER.in(call).map(WebhookCalls::message).orElse(new MessageId(0, 0));
    List<DeadLetter> found =
        webhooks
            .deadLetters(call.project(), id(call), after, LIMIT.in(call))
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
