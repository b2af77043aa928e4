package com.iottly.platform.webhook;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Retention;
import com.iottly.platform.core.Store;
import com.iottly.platform.data.SecretBox;
import com.iottly.platform.sql.Database;
import com.iottly.platform.webhook.Webhook.Standing;
import com.iottly.platform.webhook.Webhook.State;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The webhooks of this installation (contract §4): their owners' calls, and their life from start
 * to stop. Any thread that may wait: calls block on disk, and those that send on the endpoint.
 */
public final class Webhooks implements Retention.Witness, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Webhooks.class);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(10);

  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final SecureRandom random;
  private final WebhookLimits limits;
  private final WebhookRules rules;
  private final WebhookTable table;
  private final LogTable log;
  private final AddressGuard guard;
  private final Sender sender;
  private final Backoff backoff;
  private final Tailer tailer;
  private final Courier courier;
  private final Checkpoint checkpoint;
  private final ManualSend manualSend;
  private final ConcurrentMap<WebhookId, Lane> lanes = new ConcurrentHashMap<>();

  private Webhooks(
      Database database,
      Store store,
      SecretBox secretBox,
      Vertx vertx,
      Executor blocking,
      InstantSource clock,
      SecureRandom random,
      EndpointPolicy policy,
      WebhookLimits limits) {
    this.database = database;
    this.journal = store.journal();
    this.clock = clock;
    this.random = random;
    this.limits = limits;
    this.rules = new WebhookRules(policy);
    this.table = new WebhookTable(secretBox);
    this.log = new LogTable(limits);
    this.guard = new AddressGuard(policy, InetAddress::getAllByName);
    this.sender = new Sender(vertx, guard, policy, clock, limits.timeout());
    this.backoff = new Backoff(limits, random);
    this.tailer = new Tailer(journal, this::take);
    this.courier = new Courier(journal, store.history(), sender, blocking, clock, tailer::join);
    this.checkpoint = new Checkpoint(database, log, lanes.values(), this::take, clock, limits);
    this.manualSend = new ManualSend(database, store.history(), log, sender, clock, random, lanes);
  }

  /**
   * Opens the room: every webhook goes on from where it was.
   *
   * @param secretBox keeps secrets and header values
   * @param blocking runs what waits for disk
   * @param policy where webhooks may post to
   */
  public static Webhooks open(
      Database database,
      Store store,
      SecretBox secretBox,
      Vertx vertx,
      Executor blocking,
      InstantSource clock,
      SecureRandom random,
      EndpointPolicy policy,
      WebhookLimits limits) {
    Webhooks webhooks =
        new Webhooks(database, store, secretBox, vertx, blocking, clock, random, policy, limits);
    webhooks.load();
    webhooks.tailer.start();
    webhooks.checkpoint.start();
    List.copyOf(webhooks.lanes.values()).forEach(lane -> webhooks.take(lane.tick()));
    return webhooks;
  }

  private void load() {
    boolean _ =
        database.read(handle -> {
          for (WebhookTable.Placed placed : table.all(handle)) {
            WebhookId id = placed.webhook().id();
            Lane lane = lane(placed.webhook(), placed.place(), log.lastDelivery(handle, id));
            table.eachParked(handle, id, lane::restore);
            lanes.put(id, lane);
          }
          return true;
        });
  }

  private Lane lane(Webhook webhook, Cursor place, long deliveries) {
    return new Lane(webhook, place, deliveries, journal, clock, limits, backoff);
  }

  private void take(List<Step> steps) {
    courier.take(steps);
  }

  /** Makes a webhook that begins with the next message. */
  public Changed create(ProjectId project, WebhookDefinition definition) {
    Optional<String> problem = problem(definition);
    if (problem.isPresent()) {
      return new Changed.Refused(problem.get());
    }
    byte[] name = new byte[12];
    random.nextBytes(name);
    Webhook webhook =
        new Webhook(
            new WebhookId(HexFormat.of().formatHex(name)),
            project,
            definition,
            Secrets.fresh(random),
            new Standing(State.ACTIVE, null, null, 0, 0, 0),
            Instant.ofEpochMilli(clock.millis()));
    Cursor place = journal.head();
    Changed made =
        database.write(handle -> {
          if (!table.projectExists(handle, project)) {
            return new Changed.Missing();
          }
          if (table.of(handle, project).size() >= WebhookRules.PER_PROJECT) {
            return new Changed.Refused(
                "the project has %d webhooks, which is the most: delete one first"
                    .formatted(WebhookRules.PER_PROJECT));
          }
          table.insert(handle, webhook, place);
          note(handle, project, webhook.id(), "webhook.create", definition.url());
          return new Changed.Done(webhook);
        });
    if (made instanceof Changed.Done) {
      Lane lane = lane(webhook, place, 0);
      lanes.put(webhook.id(), lane);
      take(lane.tick());
    }
    return made;
  }

  private Optional<String> problem(WebhookDefinition definition) {
    return rules
        .problem(definition)
        .or(() ->
            guard.check(Endpoint.of(definition).host())
                    instanceof AddressGuard.Verdict.Forbidden(String forbidden)
                ? Optional.of(forbidden)
                : Optional.empty());
  }

  /** The project's webhooks, oldest first. */
  public List<Webhook> list(ProjectId project) {
    checkpoint.write(
        lanes.values().stream()
            .filter(lane -> lane.isDirty() && lane.webhook().project().equals(project))
            .toList());
    return database.read(handle -> table.of(handle, project));
  }

  /** The webhook with that id in the project. */
  public Optional<Webhook> find(ProjectId project, WebhookId id) {
    Lane lane = lanes.get(id);
    if (lane != null && lane.isDirty()) {
      checkpoint.write(List.of(lane));
    }
    return database.read(handle -> table.find(handle, project, id));
  }

  /** Replaces what the owner decides; what is on its way still goes the old way. */
  public Changed update(ProjectId project, WebhookId id, WebhookDefinition definition) {
    Optional<String> problem = problem(definition);
    return problem.isPresent()
        ? new Changed.Refused(problem.get())
        : change(project, id, "webhook.update", webhook -> webhook.with(definition));
  }

  /** Signs with a new secret; the old one signs too for a while. */
  public Changed rotateSecret(ProjectId project, WebhookId id) {
    Instant until = clock.instant().plus(limits.secretOverlap());
    return change(
        project, id, "webhook.secret", old -> old.with(old.secrets().rotated(random, until)));
  }

  private void note(Handle handle, ProjectId project, WebhookId id, String action, String detail) {
    AuditLog.note(handle, clock.instant(), project, action, id.value(), detail);
  }

  private Changed change(
      ProjectId project, WebhookId id, String action, Function<Webhook, Webhook> change) {
    Changed changed =
        database.write(handle -> {
          Optional<Webhook> before = table.find(handle, project, id);
          if (before.isEmpty()) {
            return new Changed.Missing();
          }
          Webhook after = change.apply(before.get());
          table.update(handle, after);
          note(handle, project, id, action, after.definition().url());
          return new Changed.Done(after);
        });
    Lane lane = lanes.get(id);
    if (lane != null && changed instanceof Changed.Done(Webhook now)) {
      take(lane.change(now.definition(), now.secrets()));
    }
    return changed;
  }

  /**
   * Deletes the webhook with everything it had before it.
   *
   * @return whether it was there
   */
  public boolean delete(ProjectId project, WebhookId id) {
    boolean deleted =
        database.write(handle -> {
          boolean was = table.delete(handle, project, id);
          if (was) {
            note(handle, project, id, "webhook.delete", "");
          }
          return was;
        });
    if (deleted) {
      close(id);
    }
    return deleted;
  }

  private void close(WebhookId id) {
    Lane lane = lanes.remove(id);
    if (lane != null) {
      lane.close();
    }
  }

  /** The project was deleted, and its webhooks with it. */
  public void projectDeleted(ProjectId project) {
    lanes.values().stream()
        .map(Lane::webhook)
        .filter(webhook -> webhook.project().equals(project))
        .forEach(webhook -> close(webhook.id()));
  }

  /** Stops sending until {@link #resume}. */
  public Changed pause(ProjectId project, WebhookId id) {
    return command(project, id, "webhook.pause", "", Lane::pause);
  }

  /** Sends again, also after the platform gave up, and tries at once what was refused. */
  public Changed resume(ProjectId project, WebhookId id) {
    return command(project, id, "webhook.resume", "", Lane::resume);
  }

  /** Sends everything again that was stored at that time or later. */
  public Changed replay(ProjectId project, WebhookId id, Instant since) {
    Cursor from = journal.before(project, since);
    return command(project, id, "webhook.replay", "since " + since, lane -> lane.replay(from));
  }

  private Changed command(
      ProjectId project,
      WebhookId id,
      String action,
      String detail,
      Function<Lane, List<Step>> event) {
    Lane lane = lanes.get(id);
    if (lane == null || !lane.webhook().project().equals(project)) {
      return new Changed.Missing();
    }
    boolean _ =
        database.write(handle -> {
          note(handle, project, id, action, detail);
          return true;
        });
    List<Step> steps = event.apply(lane);
    checkpoint.write(List.of(lane));
    take(steps);
    return find(project, id).<Changed>map(Changed.Done::new).orElseGet(Changed.Missing::new);
  }

  /** Sends a message made up for the purpose, whatever state the webhook is in. */
  public Optional<Attempt> test(ProjectId project, WebhookId id) {
    return find(project, id).map(manualSend::test);
  }

  /**
   * Sends one message once, beside the order; a dead letter that is taken then is none any more.
   */
  public Redelivery redeliver(ProjectId project, WebhookId id, DeviceId device, MessageId message) {
    return find(project, id)
        .map(webhook -> manualSend.redeliver(webhook, device, message))
        .orElseGet(Redelivery.Missing::new);
  }

  /**
   * The newest deliveries before that number, newest first; empty when there is no such webhook.
   */
  public Optional<List<Delivery>> deliveries(
      ProjectId project, WebhookId id, long before, int limit) {
    return listed(project, id, (handle, _) -> log.deliveries(handle, id, before, limit));
  }

  /** The dead letters behind that message, oldest first; empty when there is no such webhook. */
  public Optional<List<DeadLetter>> deadLetters(
      ProjectId project, WebhookId id, MessageId after, int limit) {
    return listed(project, id, (handle, _) -> log.deadLetters(handle, id, after, limit));
  }

  private <T> Optional<List<T>> listed(
      ProjectId project, WebhookId id, BiFunction<Handle, Webhook, List<T>> query) {
    return find(project, id).map(webhook -> database.read(handle -> query.apply(handle, webhook)));
  }

  @Override
  public boolean caresFor(ProjectId project) {
    return lanes.values().stream().anyMatch(lane -> lane.webhook().project().equals(project));
  }

  /** Counts what webhooks had still to send; the count is durable before the entries go. */
  @Override
  public void going(List<Entry> entries) {
    entries.stream()
        .collect(Collectors.groupingBy(Entry::project))
        .forEach((project, gone) ->
            lanes.values().stream()
                .filter(lane -> lane.webhook().project().equals(project))
                .forEach(lane -> going(lane, gone)));
  }

  private void going(Lane lane, List<Entry> entries) {
    long lost = lane.going(entries);
    if (lost > 0) {
      LOG.atWarn()
          .addKeyValue("webhook", lane.webhook().id())
          .addKeyValue("project", lane.webhook().project())
          .addKeyValue("messages", lost)
          .log("A webhook is so far behind that it misses messages retention deletes");
      checkpoint.write(List.of(lane));
    }
  }

  /** Lets what is on its way end, and writes where every webhook is. */
  @Override
  public void close() {
    tailer.close();
    checkpoint.close();
    List<Lane> all = List.copyOf(lanes.values());
    all.forEach(Lane::close);
    try {
      if (!courier.awaitAnswers(LAST_ANSWERS)) {
        LOG.warn("Some webhooks did not answer before the stop; they get these messages again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    all.forEach(Lane::suspend);
    checkpoint.write(all.stream().filter(Lane::isDirty).toList());
    sender.close();
  }
}
