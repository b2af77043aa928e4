package com.iottly.platform.webhook;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.webhook.LaneLog.Changes;
import com.iottly.platform.webhook.LaneLog.Parked;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;

/** What webhooks have done, and where they are. Each call is part of the caller's transaction. */
record LogTable(WebhookLimits limits) {

  /** Writes what changed; does nothing when the webhook was deleted meanwhile. */
  void save(Handle handle, Changes changes) {
    String id = changes.webhook().id().value();
    Webhook.Standing standing = changes.webhook().standing();
    int rows =
        handle
            .createUpdate(
                """
                UPDATE webhook SET place = :place, missed = :missed, state = :state,
                  reason = :reason, failing_since = :failing_since
                WHERE id = :id
                """)
            .bind("id", id)
            .bind("place", changes.place().token())
            .bind("missed", standing.missed())
            .bind("state", standing.state().wireName())
            .bind("reason", standing.reason())
            .bind("failing_since", WebhookTable.millis(standing.failingSince()))
            .execute();
    if (rows == 1) {
      saveParked(handle, id, changes.parked());
      saveDeadLetters(handle, id, changes.deadLetters());
      saveDeliveries(handle, id, changes.deliveries());
    }
  }

  private static void saveParked(Handle handle, String id, Map<DeviceId, Optional<Parked>> parked) {
    if (parked.isEmpty()) {
      return;
    }
    try (PreparedBatch gone =
            handle.prepareBatch(
                "DELETE FROM webhook_parked WHERE webhook_id = :id AND device_id = :device");
        PreparedBatch there =
            handle.prepareBatch(
                """
                INSERT INTO webhook_parked (webhook_id, device_id, next_message, attempts,
                  first_failed, next_try, problem)
                VALUES (:id, :device, :next, :attempts, :first, :at, :problem)
                """)) {
      parked.forEach((device, place) -> {
        gone.bind("id", id).bind("device", device.toString()).add();
        if (place.isPresent()) {
          Retry retry = place.get().retry();
          there
              .bind("id", id)
              .bind("device", device.toString())
              .bind("next", place.get().next().toString())
              .bind("attempts", retry == null ? 0 : retry.attempts())
              .bind("first", retry == null ? null : WebhookTable.millis(retry.first()))
              .bind("at", retry == null ? null : WebhookTable.millis(retry.at()))
              .bind("problem", retry == null ? null : retry.problem())
              .add();
        }
      });
      gone.execute();
      if (there.size() > 0) {
        there.execute();
      }
    }
  }

  private void saveDeadLetters(Handle handle, String id, List<DeadLetter> letters) {
    if (letters.isEmpty()) {
      return;
    }
    try (PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT INTO webhook_dead_letter (webhook_id, message_id, device_id, attempts, given_up,
              problem)
            VALUES (:id, :message, :device, :attempts, :given_up, :problem)
            ON CONFLICT DO NOTHING
            """)) {
      for (DeadLetter letter : letters) {
        batch
            .bind("id", id)
            .bind("message", letter.message().toString())
            .bind("device", letter.device().toString())
            .bind("attempts", letter.attempts())
            .bind("given_up", letter.givenUp().toEpochMilli())
            .bind("problem", letter.problem())
            .add();
      }
      batch.execute();
    }
    handle
        .createUpdate(
            """
            DELETE FROM webhook_dead_letter WHERE webhook_id = :id AND message_id NOT IN (
              SELECT message_id FROM webhook_dead_letter WHERE webhook_id = :id
              ORDER BY given_up DESC, message_id DESC LIMIT :kept)
            """)
        .bind("id", id)
        .bind("kept", limits.deadLettersKept())
        .execute();
  }

  private void saveDeliveries(Handle handle, String id, List<Delivery> deliveries) {
    if (deliveries.isEmpty()) {
      return;
    }
    try (PreparedBatch batch =
        handle.prepareBatch(
            """
            INSERT INTO webhook_delivery (webhook_id, number, message_id, device_id, attempt, begun,
              millis, status, problem, excerpt)
            VALUES (:id, :number, :message, :device, :attempt, :begun, :millis, :status, :problem,
              :excerpt)
            ON CONFLICT DO NOTHING
            """)) {
      for (Delivery delivery : deliveries) {
        DeviceId device = delivery.device();
        Attempt attempt = delivery.attempt();
        batch
            .bind("id", id)
            .bind("number", delivery.number())
            .bind("message", delivery.message())
            .bind("device", device == null ? null : device.toString())
            .bind("attempt", delivery.count())
            .bind("begun", attempt.begun().toEpochMilli())
            .bind("millis", attempt.took().toMillis())
            .bind("status", attempt.status())
            .bind("problem", attempt.problem())
            .bind("excerpt", attempt.excerpt())
            .add();
      }
      batch.execute();
    }
    handle
        .createUpdate("DELETE FROM webhook_delivery WHERE webhook_id = :id AND number <= :last")
        .bind("id", id)
        .bind("last", deliveries.getLast().number() - limits.deliveriesKept())
        .execute();
  }

  void deleteDeliveriesBefore(Handle handle, Instant moment) {
    handle
        .createUpdate("DELETE FROM webhook_delivery WHERE begun < :moment")
        .bind("moment", moment.toEpochMilli())
        .execute();
  }

  long lastDelivery(Handle handle, WebhookId id) {
    return handle
        .createQuery("SELECT COALESCE(MAX(number), 0) FROM webhook_delivery WHERE webhook_id = :id")
        .bind("id", id.value())
        .mapTo(Long.class)
        .one();
  }

  /** The webhook's deliveries before that number, newest first. */
  List<Delivery> deliveries(Handle handle, WebhookId id, long before, int limit) {
    return handle
        .createQuery(
            """
            SELECT * FROM webhook_delivery WHERE webhook_id = :id AND number < :before
            ORDER BY number DESC LIMIT :limit
            """)
        .bind("id", id.value())
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> delivery(row))
        .list();
  }

  private static Delivery delivery(ResultSet row) throws SQLException {
    int status = row.getInt("status");
    boolean answered = !row.wasNull();
    String device = row.getString("device_id");
    return new Delivery(
        row.getLong("number"),
        row.getString("message_id"),
        device == null ? null : DeviceId.parse(device).orElseThrow(),
        row.getInt("attempt"),
        new Attempt(
            Instant.ofEpochMilli(row.getLong("begun")),
            Duration.ofMillis(row.getLong("millis")),
            answered ? status : null,
            row.getString("problem"),
            row.getString("excerpt"),
            null));
  }

  /** The webhook's dead letters behind that message, oldest first. */
  List<DeadLetter> deadLetters(Handle handle, WebhookId id, MessageId after, int limit) {
    return handle
        .createQuery(
            """
            SELECT * FROM webhook_dead_letter WHERE webhook_id = :id AND message_id > :after
            ORDER BY message_id LIMIT :limit
            """)
        .bind("id", id.value())
        .bind("after", after.toString())
        .bind("limit", limit)
        .map((row, _) ->
            new DeadLetter(
                WebhookTable.messageId(row, "message_id"),
                DeviceId.parse(row.getString("device_id")).orElseThrow(),
                row.getInt("attempts"),
                Instant.ofEpochMilli(row.getLong("given_up")),
                row.getString("problem")))
        .list();
  }

  void deleteDeadLetter(Handle handle, WebhookId id, MessageId message) {
    handle
        .createUpdate(
            "DELETE FROM webhook_dead_letter WHERE webhook_id = :id AND message_id = :message")
        .bind("id", id.value())
        .bind("message", message.toString())
        .execute();
  }
}
