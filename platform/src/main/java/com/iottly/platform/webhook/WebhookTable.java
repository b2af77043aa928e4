package com.iottly.platform.webhook;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.data.SecretBox;
import com.iottly.platform.webhook.LaneLog.Parked;
import com.iottly.platform.webhook.Webhook.Standing;
import com.iottly.platform.webhook.Webhook.State;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/** The webhooks' own rows. Each call is part of the caller's transaction. */
record WebhookTable(SecretBox secretBox) {

  private static final String SELECT =
      """
      SELECT webhook.*,
        (SELECT COUNT(*) FROM webhook_parked WHERE webhook_id = webhook.id) AS parked,
        (SELECT COUNT(*) FROM webhook_dead_letter WHERE webhook_id = webhook.id) AS dead_letters
      FROM webhook
      """;

  /** A webhook and where it is in the journal. */
  record Placed(Webhook webhook, Cursor place) {}

  List<Placed> all(Handle handle) {
    return handle
        .createQuery(SELECT)
        .map((row, _) -> new Placed(webhook(row), new Cursor(row.getString("place"))))
        .list();
  }

  List<Webhook> of(Handle handle, ProjectId project) {
    return handle
        .createQuery(SELECT + "WHERE project_id = :project ORDER BY created, id")
        .bind("project", project.value())
        .map((row, _) -> webhook(row))
        .list();
  }

  Optional<Webhook> find(Handle handle, ProjectId project, WebhookId id) {
    return handle
        .createQuery(SELECT + "WHERE project_id = :project AND id = :id")
        .bind("project", project.value())
        .bind("id", id.value())
        .map((row, _) -> webhook(row))
        .findOne();
  }

  boolean projectExists(Handle handle, ProjectId project) {
    return handle
        .createQuery("SELECT 1 FROM project WHERE id = :id")
        .bind("id", project.value())
        .mapTo(Integer.class)
        .findOne()
        .isPresent();
  }

  void insert(Handle handle, Webhook webhook, Cursor place) {
    bind(
            handle
                .createUpdate(
                    """
                    INSERT INTO webhook (id, project_id, description, url, type, channel,
                      payload_only, headers, secret, old_secret, old_secret_until, state, place,
                      missed, created)
                    VALUES (:id, :project, :description, :url, :type, :channel, :payload_only,
                      :headers, :secret, :old_secret, :old_secret_until, 'active', :place, 0,
                      :created)
                    """)
                .bind("place", place.token())
                .bind("created", webhook.created().toEpochMilli()),
            webhook)
        .execute();
  }

  void update(Handle handle, Webhook webhook) {
    bind(
            handle.createUpdate(
                """
                UPDATE webhook SET description = :description, url = :url, type = :type,
                  channel = :channel, payload_only = :payload_only, headers = :headers,
                  secret = :secret, old_secret = :old_secret, old_secret_until = :old_secret_until
                WHERE id = :id AND project_id = :project
                """),
            webhook)
        .execute();
  }

  private <S extends SqlStatement<S>> S bind(S statement, Webhook webhook) {
    WebhookDefinition definition = webhook.definition();
    Secrets secrets = webhook.secrets();
    String old = secrets.old();
    String id = webhook.id().value();
    return statement
        .bind("id", id)
        .bind("project", webhook.project().value())
        .bind("description", definition.description())
        .bind("url", definition.url())
        .bind("type", definition.type().wireName())
        .bind("channel", definition.channel())
        .bind("payload_only", definition.payloadOnly() ? 1 : 0)
        .bind("headers", secretBox.seal(id + "/headers", Headers.write(definition.headers())))
        .bind("secret", secretBox.seal(id + "/secret", secrets.current()))
        .bind("old_secret", old == null ? null : secretBox.seal(id + "/secret", old))
        .bind("old_secret_until", millis(secrets.oldUntil()));
  }

  boolean delete(Handle handle, ProjectId project, WebhookId id) {
    return handle
            .createUpdate("DELETE FROM webhook WHERE project_id = :project AND id = :id")
            .bind("project", project.value())
            .bind("id", id.value())
            .execute()
        == 1;
  }

  private Webhook webhook(ResultSet row) throws SQLException {
    String id = row.getString("id");
    String old = row.getString("old_secret");
    return new Webhook(
        new WebhookId(id),
        new ProjectId(row.getString("project_id")),
        new WebhookDefinition(
            row.getString("description"),
            row.getString("url"),
            WebhookDefinition.Type.of(row.getString("type")).orElseThrow(),
            row.getString("channel"),
            row.getInt("payload_only") == 1,
            Headers.read(secretBox.open(id + "/headers", row.getString("headers")))),
        new Secrets(
            secretBox.open(id + "/secret", row.getString("secret")),
            old == null ? null : secretBox.open(id + "/secret", old),
            moment(row, "old_secret_until")),
        new Standing(
            State.of(row.getString("state")).orElseThrow(),
            row.getString("reason"),
            moment(row, "failing_since"),
            row.getLong("missed"),
            row.getInt("parked"),
            row.getInt("dead_letters")),
        Instant.ofEpochMilli(row.getLong("created")));
  }

  void eachParked(Handle handle, WebhookId id, BiConsumer<DeviceId, Parked> each) {
    handle
        .createQuery("SELECT * FROM webhook_parked WHERE webhook_id = :id")
        .bind("id", id.value())
        .map((row, _) -> {
          each.accept(
              DeviceId.parse(row.getString("device_id")).orElseThrow(),
              new Parked(messageId(row, "next_message"), retry(row)));
          return true;
        })
        .list();
  }

  private static @Nullable Retry retry(ResultSet row) throws SQLException {
    Instant first = moment(row, "first_failed");
    Instant at = moment(row, "next_try");
    return first == null || at == null
        ? null
        : new Retry(row.getInt("attempts"), first, at, row.getString("problem"));
  }

  static MessageId messageId(ResultSet row, String column) throws SQLException {
    return MessageId.parse(row.getString(column)).orElseThrow();
  }

  static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
    long millis = row.getLong(column);
    return row.wasNull() ? null : Instant.ofEpochMilli(millis);
  }

  static @Nullable Long millis(@Nullable Instant moment) {
    return moment == null ? null : moment.toEpochMilli();
  }
}
