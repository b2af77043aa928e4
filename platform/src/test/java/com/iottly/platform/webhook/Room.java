package com.iottly.platform.webhook;

import static com.iottly.platform.core.Samples.PROJECT;

import com.iottly.platform.core.Journal;
import com.iottly.platform.core.Samples;
import com.iottly.platform.core.SettableClock;
import com.iottly.platform.data.DataDirectory;
import com.iottly.platform.data.SecretBox;
import com.iottly.platform.rocksdb.RocksConfig;
import com.iottly.platform.rocksdb.RocksStore;
import com.iottly.platform.server.TestEndpoint;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.webhook.WebhookDefinition.Type;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The room on real stores and sockets, with a clock of the test's. */
final class Room implements AutoCloseable {

  final SettableClock clock = new SettableClock();
  private final WebhookLimits limits;
  private final DataDirectory data;
  private final Database database;
  private final RocksStore store;
  private final Vertx vertx = Vertx.vertx();
  private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
  private Webhooks webhooks;

  Room(Path folder) {
    this(folder, WebhookLimits.defaults());
  }

  Room(Path folder, WebhookLimits wanted) {
    this.limits = withCheckpoint(wanted);
    this.data = DataDirectory.open(folder.resolve("data"));
    this.database = Database.open(DatabaseConfig.of(data.databaseFile()));
    this.store = RocksStore.open(RocksConfig.in(folder.resolve("journal")), clock, new Random());
    int _ =
        database.write(handle ->
            handle.execute(
                """
                INSERT INTO project (id, name, device_type, tags, retention_seconds,
                  retention_bytes, approve_reregistration, created)
                VALUES (?, 'x', 'LINUX_AMD64', '[]', 3600, 1000000, 0, 0)
                """,
                PROJECT.value()));
    this.webhooks = open();
  }

  /** Lanes are woken on real time, to see on which day the test is. */
  private static WebhookLimits withCheckpoint(WebhookLimits wanted) {
    return new WebhookLimits(
        wanted.timeout(),
        wanted.inFlight(),
        wanted.window(),
        wanted.windowBytes(),
        wanted.parkedDevices(),
        wanted.firstRetry(),
        wanted.longestRetry(),
        wanted.retryFor(),
        wanted.disableAfter(),
        wanted.secretOverlap(),
        wanted.deliveriesKept(),
        wanted.deliveriesAge(),
        wanted.deadLettersKept(),
        Duration.ofMillis(5));
  }

  private Webhooks open() {
    return Webhooks.open(
        database,
        store,
        SecretBox.of(data, new SecureRandom()),
        vertx,
        blocking,
        clock,
        new SecureRandom(),
        EndpointPolicy.of(List.of("127.0.0.0/8"), true, Optional.empty()),
        limits);
  }

  Webhooks webhooks() {
    return webhooks;
  }

  RocksStore store() {
    return store;
  }

  Journal journal() {
    return store.journal();
  }

  Database database() {
    return database;
  }

  /** Appends user messages with these numbers. */
  void append(long device, long... numbers) {
    Samples.append(journal(), PROJECT, Samples.device(device), numbers);
  }

  /** Makes a webhook for user messages. */
  WebhookId create(TestEndpoint endpoint) {
    return create(new WebhookDefinition("test", endpoint.url(), Type.USER, null, false, List.of()));
  }

  WebhookId create(WebhookDefinition definition) {
    return ((Changed.Done) webhooks.create(PROJECT, definition)).webhook().id();
  }

  Webhook show(WebhookId id) {
    return webhooks.find(PROJECT, id).orElseThrow();
  }

  Webhook.Standing standing(WebhookId id) {
    return show(id).standing();
  }

  void restart() {
    webhooks.close();
    webhooks = open();
  }

  @Override
  public void close() {
    webhooks.close();
    store.close();
    database.close();
    data.close();
    vertx.close().await();
    blocking.close();
  }
}
