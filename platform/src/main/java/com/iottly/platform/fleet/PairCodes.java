package com.iottly.platform.fleet;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.PlainText;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Sha256;
import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** One-time codes for adding a device; only their hashes are stored. Any thread; blocks on disk. */
public final class PairCodes {

  static final String PREFIX = "ipc_";

  /** How long a code that can't be used any more is remembered, to say why it can't. */
  static final Duration REMEMBERED = Duration.ofDays(7);

  private static final int RANDOM_BYTES = 20;

  /** What became of {@link #redeem}. */
  public sealed interface Redemption {

    /**
     * It was good and is used now.
     *
     * @param project where the machine may register
     * @param name what the device is to be called
     */
    record Redeemed(ProjectId project, String name) implements Redemption {}

    /** It is not one of ours, or of long ago. */
    record Unknown() implements Redemption {}

    /** It was not used in time. */
    record Expired() implements Redemption {}

    /** It was used before. */
    record Used() implements Redemption {}
  }

  private record Row(ProjectId project, String name, long expires, @Nullable Long used) {}

  private final Database database;
  private final InstantSource clock;
  private final SecureRandom random;
  private final FleetLimits limits;

  PairCodes(Database database, InstantSource clock, SecureRandom random, FleetLimits limits) {
    this.database = database;
    this.clock = clock;
    this.random = random;
    this.limits = limits;
  }

  /**
   * Makes a code for one device.
   *
   * @param deviceName 1 to 100 characters without control characters
   */
  public Saved<PairCode> issue(ProjectId project, String deviceName) {
    Optional<String> problem = PlainText.problem("the device's name", deviceName, Devices.MAX_NAME);
    if (problem.isPresent()) {
      return new Saved.Refused<>(problem.get());
    }
    Instant now = Instant.ofEpochMilli(clock.millis());
    PairCode code = new PairCode(newCode(), now.plus(limits.pairCodeValidity()));
    return database.write(handle -> {
      if (Projects.find(handle, project).isEmpty()) {
        return new Saved.Missing<>();
      }
      forgetOld(handle, project, now);
      if (countOpen(handle, project, now) >= limits.pairCodesPerProject()) {
        return new Saved.Refused<>(
            "the project has "
                + limits.pairCodesPerProject()
                + " open pair codes, which is the most: use them or let them expire");
      }
      insert(handle, project, deviceName, code);
      AuditLog.note(handle, now, project, "pairing.create", code.id(), deviceName);
      return new Saved.Done<>(code);
    });
  }

  /**
   * Up to {@code limit} codes of the project that are remembered, by id.
   *
   * @param after only those behind this id; empty for the first
   */
  public List<Pairing> list(ProjectId project, String after, int limit) {
    long now = clock.millis();
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT * FROM pair_code WHERE project_id = :project AND hash > :after
                ORDER BY hash LIMIT :limit
                """)
            .bind("project", project.value())
            .bind("after", after.isEmpty() ? "" : after + "~")
            .bind("limit", limit)
            .map((row, _) -> pairing(row, now))
            .list());
  }

  /**
   * Makes a code that was not used void.
   *
   * @return whether there was one
   */
  public boolean revoke(ProjectId project, String id) {
    if (id.length() != PairCode.ID_DIGITS) {
      return false;
    }
    return database.write(handle -> {
      int rows =
          handle
              .createUpdate(
                  """
                  DELETE FROM pair_code
                  WHERE project_id = :project AND substr(hash, 1, :digits) = :id
                    AND used IS NULL
                  """)
              .bind("project", project.value())
              .bind("id", id)
              .bind("digits", PairCode.ID_DIGITS)
              .execute();
      if (rows == 1) {
        AuditLog.note(handle, clock.instant(), project, "pairing.revoke", id, "");
      }
      return rows == 1;
    });
  }

  private static Pairing pairing(ResultSet row, long now) throws SQLException {
    long expires = row.getLong("expires");
    row.getLong("used");
    Pairing.Status status =
        !row.wasNull()
            ? Pairing.Status.USED
            : now < expires ? Pairing.Status.OPEN : Pairing.Status.EXPIRED;
    return new Pairing(
        PairCode.idOf(row.getString("hash")),
        row.getString("device_name"),
        Instant.ofEpochMilli(expires),
        status);
  }

  /** Uses a code up. {@link Devices#pair} does this and the registration in one step. */
  public Redemption redeem(String code) {
    return database.write(handle -> {
      Redemption redemption = check(handle, code);
      if (redemption instanceof Redemption.Redeemed) {
        use(handle, code);
      }
      return redemption;
    });
  }

  /** What the code is worth, without using it up. */
  Redemption check(Handle handle, String code) {
    Optional<Row> found = find(handle, code);
    if (found.isEmpty()) {
      return new Redemption.Unknown();
    }
    Row row = found.get();
    if (row.used() != null) {
      return new Redemption.Used();
    }
    return clock.millis() < row.expires()
        ? new Redemption.Redeemed(row.project(), row.name())
        : new Redemption.Expired();
  }

  /** Uses it up, in the transaction that checked it. */
  void use(Handle handle, String code) {
    handle
        .createUpdate("UPDATE pair_code SET used = :now WHERE hash = :hash")
        .bind("now", clock.millis())
        .bind("hash", Sha256.hex(code))
        .execute();
  }

  private String newCode() {
    byte[] secret = new byte[RANDOM_BYTES];
    random.nextBytes(secret);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
  }

  private static void insert(Handle handle, ProjectId project, String deviceName, PairCode code) {
    handle
        .createUpdate(
            """
            INSERT INTO pair_code (hash, project_id, device_name, expires)
            VALUES (:hash, :project, :name, :expires)
            """)
        .bind("hash", Sha256.hex(code.code()))
        .bind("project", project.value())
        .bind("name", deviceName)
        .bind("expires", code.expires().toEpochMilli())
        .execute();
  }

  private static Optional<Row> find(Handle handle, String code) {
    return handle
        .createQuery(
            "SELECT project_id, device_name, expires, used FROM pair_code WHERE hash = :hash")
        .bind("hash", Sha256.hex(code))
        .map((row, _) -> {
          long moment = row.getLong("used");
          Long used = row.wasNull() ? null : moment;
          return new Row(
              new ProjectId(row.getString("project_id")),
              row.getString("device_name"),
              row.getLong("expires"),
              used);
        })
        .findOne();
  }

  private static void forgetOld(Handle handle, ProjectId project, Instant now) {
    handle
        .createUpdate("DELETE FROM pair_code WHERE project_id = :project AND expires < :moment")
        .bind("project", project.value())
        .bind("moment", now.minus(REMEMBERED).toEpochMilli())
        .execute();
  }

  private static int countOpen(Handle handle, ProjectId project, Instant now) {
    return handle
        .createQuery(
            """
            SELECT count(*) FROM pair_code
            WHERE project_id = :project AND expires > :now AND used IS NULL
            """)
        .bind("project", project.value())
        .bind("now", now.toEpochMilli())
        .map((row, _) -> row.getInt(1))
        .one();
  }
}
