package com.iottly.platform.webhook;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import com.iottly.wire.Payload;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an owner sends by hand, beside a webhook's order: tests and redeliveries. Any thread that
 * may wait for the endpoint.
 */
final class ManualSend {

  private static final DeviceId NO_DEVICE = new DeviceId(new UUID(0, 0));

  private final Database database;
  private final History history;
  private final LogTable log;
  private final Sender sender;
  private final InstantSource clock;
  private final SecureRandom random;
  private final Map<WebhookId, Lane> lanes;

  /**
   * @param lanes which keep the log of their deliveries
   */
  ManualSend(
      Database database,
      History history,
      LogTable log,
      Sender sender,
      InstantSource clock,
      SecureRandom random,
      Map<WebhookId, Lane> lanes) {
    this.database = database;
    this.history = history;
    this.log = log;
    this.sender = sender;
    this.clock = clock;
    this.random = random;
    this.lanes = lanes;
  }

  /** Sends a message made up for the purpose. */
  Attempt test(Webhook webhook) {
    Instant now = Instant.ofEpochMilli(clock.millis());
    String name = "test_" + HexFormat.of().toHexDigits(random.nextLong());
    Message message =
        new Message(
            0,
            webhook.project(),
            NO_DEVICE,
            now,
            now,
            true,
            webhook.definition().type().messages(),
            webhook.definition().channel(),
            Payload.of("{\"test\":true}"));
    Attempt attempt = send(webhook, Envelope.of(webhook, name, message, now));
    record(webhook.id(), name, null, attempt);
    return attempt;
  }

  /** Sends one message once; a dead letter that is taken then is none any more. */
  Redelivery redeliver(Webhook webhook, DeviceId device, MessageId message) {
    Optional<Message> found = message(webhook.project(), device, message);
    if (found.isEmpty()) {
      return new Redelivery.MessageGone();
    }
    Attempt attempt = send(webhook, Envelope.of(webhook, found.get(), clock.instant()));
    record(webhook.id(), message.toString(), device, attempt);
    if (attempt.delivered()) {
      boolean _ =
          database.write(handle -> {
            log.deleteDeadLetter(handle, webhook.id(), message);
            return true;
          });
    }
    return new Redelivery.Sent(attempt);
  }

  private Optional<Message> message(ProjectId project, DeviceId device, MessageId id) {
    MessageId before = new MessageId(id.seconds(), id.position() - 1);
    try (History.Scan scan =
        history.scan(
            device,
            new History.Range(null, null, before, EnumSet.allOf(MessageType.class), false))) {
      return Optional.ofNullable(scan.next())
          .filter(found -> found.id().equals(id) && found.project().equals(project));
    }
  }

  private Attempt send(Webhook webhook, Envelope envelope) {
    CompletableFuture<Attempt> attempt = new CompletableFuture<>();
    sender.send(Endpoint.of(webhook.definition()), envelope, attempt::complete);
    return attempt.join();
  }

  private void record(WebhookId id, String message, @Nullable DeviceId device, Attempt attempt) {
    Lane lane = lanes.get(id);
    if (lane != null) {
      lane.record(message, device, attempt);
    }
  }
}
