package com.iottly.platform.remote;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.gateway.DeviceLinks;
import com.iottly.wire.Payload;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who has which service of which device open. Any thread. */
public final class RemoteSessions implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RemoteSessions.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final DeviceLinks links;
  private final BiPredicate<ProjectId, DeviceId> isOfProject;
  private final AuditLog audit;
  private final Executor blocking;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final Supplier<UUID> ids;
  private final RemoteLimits limits;
  private final ScheduledExecutorService ticker;
  private final Map<UUID, RemoteSession> open = new ConcurrentHashMap<>();
  private boolean closing;

  /**
   * Without sessions.
   *
   * @param isOfProject whether the device is one of the project; may block
   * @param blocking runs what may block, on virtual threads
   * @param nanoClock a monotonic clock in nanoseconds
   */
  public RemoteSessions(
      DeviceLinks links,
      BiPredicate<ProjectId, DeviceId> isOfProject,
      AuditLog audit,
      Executor blocking,
      InstantSource clock,
      LongSupplier nanoClock,
      Supplier<UUID> ids,
      RemoteLimits limits) {
    this.links = links;
    this.isOfProject = isOfProject;
    this.audit = audit;
    this.blocking = blocking;
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.ids = ids;
    this.limits = limits;
    this.ticker =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("remote-clock").daemon().factory());
    var _ = ticker.scheduleWithFixedDelay(this::check, 1, 1, TimeUnit.SECONDS);
  }

  private void check() {
    for (RemoteSession session : open.values()) {
      try {
        session.check();
      } catch (RuntimeException e) {
        LOG.atError()
            .addKeyValue("session", session.occasion().id())
            .setCause(e)
            .log("A session failed");
        session.end("internal_error", "Something went wrong on our side.");
      }
    }
  }

  /**
   * Asks a device for a service; blocks on SQL, and not for the device.
   *
   * @param arguments what the service is asked for
   * @param credit how many bytes the client takes for now
   * @param client hears what becomes of it, perhaps before this returns
   * @throws RemoteException when the device is not even asked
   */
  public RemoteSession open(
      Visitor visitor,
      DeviceId device,
      String service,
      ObjectNode arguments,
      int credit,
      RemoteClient client)
      throws RemoteException {
    if (!isOfProject.test(visitor.project(), device)) {
      throw new RemoteException("unknown_device", "The project has no such device.");
    }
    Occasion occasion = new Occasion(ids.get(), visitor, device, service, clock.instant());
    RemoteSession session = new RemoteSession(this, occasion, client);
    admit(session);
    try {
      note(occasion, "remote.open", service + ", session " + occasion.id());
    } catch (RuntimeException e) {
      open.remove(occasion.id());
      throw e;
    }
    session.open(arguments, credit);
    return session;
  }

  private synchronized void admit(RemoteSession session) throws RemoteException {
    if (closing || open.size() >= limits.sessions()) {
      throw new RemoteException(
          "too_many_sessions",
          "The server has as many sessions open as it takes. Try again later.");
    }
    Occasion occasion = session.occasion();
    List<Occasion> onDevice =
        open.values().stream()
            .map(RemoteSession::occasion)
            .filter(other -> other.device().equals(occasion.device()))
            .toList();
    if (onDevice.size() >= limits.sessionsPerDevice()) {
      throw new RemoteException(
          "too_many_sessions",
          "This device has %d sessions open, which is the most.".formatted(onDevice.size()));
    }
    List<Occasion> ownShells =
        onDevice.stream()
            .filter(other -> other.isShell() && other.isOfSameUserAs(occasion))
            .toList();
    if (occasion.isShell() && ownShells.size() >= limits.shellsPerUser()) {
      throw new RemoteException(
          "shell_open_already",
          "You have a shell open on this device. Close it, or end it: 'DELETE …/remote/%s'."
              .formatted(ownShells.getFirst().id()));
    }
    open.put(occasion.id(), session);
  }

  /** The sessions that are open in a project, the oldest first. */
  public List<RemoteView> list(ProjectId project) {
    return open.values().stream()
        .map(RemoteSession::view)
        .filter(view -> view.project().equals(project))
        .sorted(Comparator.comparing(RemoteView::since).thenComparing(RemoteView::id))
        .toList();
  }

  /**
   * Ends a session of a project.
   *
   * @param by who ends it, for its client to read
   * @return what it was, or nothing when the project has none with that id
   */
  public Optional<RemoteView> end(ProjectId project, UUID id, String by) {
    RemoteSession session = open.get(id);
    if (session == null || !session.occasion().visitor().project().equals(project)) {
      return Optional.empty();
    }
    RemoteView view = session.view();
    session.end("killed", "It was ended by %s.".formatted(by));
    return Optional.of(view);
  }

  /** The session is over; its lock is held. */
  void over(RemoteSession session, String how, Duration length) {
    Occasion occasion = session.occasion();
    open.remove(occasion.id(), session);
    RemoteView last = session.view();
    String detail =
        "%s, session %s: %s after %d s, %d bytes to the device and %d from it"
            .formatted(
                occasion.service(),
                occasion.id(),
                how,
                length.toSeconds(),
                last.toDevice(),
                last.fromDevice());
    blocking.execute(() -> {
      try {
        note(occasion, "remote.close", detail);
      } catch (RuntimeException e) {
        LOG.atError()
            .setCause(e)
            .log("The end of a session is missing in the audit log: " + detail);
      }
    });
  }

  private void note(Occasion occasion, String action, String detail) {
    Visitor visitor = occasion.visitor();
    var _ =
        visitor
            .actor()
            .does(() -> {
              audit.note(visitor.project(), action, occasion.device().toString(), detail);
              return occasion;
            });
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** A payload is a JSON object; what nests too deep or is too long to read says nothing. */
  static JsonNode read(Payload payload) {
    try {
      return JSON.readTree(payload.toString());
    } catch (JsonProcessingException e) {
      return object();
    }
  }

  /** Ends all; devices keep what can be resumed. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
    }
    ticker.shutdownNow();
    open.values().forEach(RemoteSession::clientLost);
  }

  /** Whether somebody waits in front of a screen for each byte of that service. */
  public static boolean isInteractive(String service) {
    return service.equals("shell") || service.equals("logs");
  }

  DeviceLinks links() {
    return links;
  }

  /** The limits. */
  public RemoteLimits limits() {
    return limits;
  }

  InstantSource clock() {
    return clock;
  }

  long nanoTime() {
    return nanoClock.getAsLong();
  }
}
