package com.iottly.platform.server;

import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.DeviceCertificates;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.FirstSetup;
import com.iottly.platform.access.Members;
import com.iottly.platform.access.PasswordCost;
import com.iottly.platform.access.Sessions;
import com.iottly.platform.access.SignInGuard;
import com.iottly.platform.access.SignInLinks;
import com.iottly.platform.access.Users;
import com.iottly.platform.activity.Activity;
import com.iottly.platform.activity.ActivityLog;
import com.iottly.platform.activity.ActivitySchedule;
import com.iottly.platform.admin.AdminCommands;
import com.iottly.platform.admin.AdminLimits;
import com.iottly.platform.admin.AdminRooms;
import com.iottly.platform.admin.AdminSocket;
import com.iottly.platform.api.AgentDownload;
import com.iottly.platform.api.ApiRooms;
import com.iottly.platform.api.ApiViewer;
import com.iottly.platform.api.HttpApi;
import com.iottly.platform.api.PublicOrigin;
import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.command.CommandWatch;
import com.iottly.platform.command.Commands;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.RegistrationNote;
import com.iottly.platform.core.Store;
import com.iottly.platform.dashboard.Dashboard;
import com.iottly.platform.data.DataDirectory;
import com.iottly.platform.data.SecretBox;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.gateway.DeviceGateway;
import com.iottly.platform.history.MessageQueries;
import com.iottly.platform.live.Streams;
import com.iottly.platform.remote.RemoteSessions;
import com.iottly.platform.rocksdb.RocksStore;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.telemetry.TelemetryQueries;
import com.iottly.platform.webhook.Webhooks;
import com.iottly.wire.CloseCode;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.net.TrustOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform in one process. {@link #open} builds the rooms from the stores up; {@link #close}
 * takes them down in reverse order. A failed open closes what it had opened.
 */
public final class Server implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Server.class);
  private static final String ISSUER = "iottly";

  private final Opened opened;
  private final List<Listener> listeners;

  private Server(Opened opened, List<Listener> listeners) {
    this.opened = opened;
    this.listeners = listeners;
  }

  /**
   * Opens everything and listens.
   *
   * @throws RuntimeException when it can't, with what to do about it
   */
  public static Server open(ServerConfig config, InstantSource clock) {
    return open(config, clock, () -> RocksStore.open(config.journal(), clock, new SecureRandom()));
  }

  /**
   * The same with another store.
   *
   * @param openStore opens it, when the data folder is ours
   */
  public static Server open(ServerConfig config, InstantSource clock, Supplier<Store> openStore) {
    Opened opened = new Opened();
    try {
      return open(config, clock, openStore, opened);
    } catch (RuntimeException e) {
      opened.closeAfter(e);
      throw e;
    }
  }

  private static Server open(
      ServerConfig config, InstantSource clock, Supplier<Store> openStore, Opened opened) {
    SecureRandom random = new SecureRandom();

    // The stores.
    DataDirectory data = opened.add(DataDirectory.open(config.data()));
    Database database = opened.add(Database.open(DatabaseConfig.of(data.databaseFile())));
    Store store = opened.add(openStore.get());

    // Who is who.
    Fleet fleet = Fleet.on(database, clock, random, config.fleet());
    ApiKeys apiKeys = opened.add(new ApiKeys(database, clock, random, config.apiKeys()));
    DeviceTokens deviceTokens = new DeviceTokens(database, clock, random, ISSUER);
    SecretBox secrets = SecretBox.of(data, random);
    DeviceCertificates deviceCertificates =
        new DeviceCertificates(database, secrets, clock, random, config.deviceCertificates());
    Users users = new Users(database, clock, random, PasswordCost.defaults());
    Sessions sessions = new Sessions(database, clock, random, config.sessions());
    Members members = new Members(database, clock);
    FirstSetup setup = new FirstSetup(users, random);
    SignInLinks links = new SignInLinks(database, clock, random);
    AuditLog auditLog = new AuditLog(database, clock, config.audit());
    announce(setup);
    fleet.projects().onDeleted(_ -> apiKeys.projectDeleted());

    // Threads.
    var blocking =
        opened.add(
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory()));
    Vertx vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(true));
    opened.add(() -> vertx.close().await(10, TimeUnit.SECONDS));

    // Devices.
    DeviceGateway gateway =
        new DeviceGateway(
            vertx,
            blocking,
            store.journal(),
            store.commandLog(),
            new Registry(deviceTokens, deviceCertificates, fleet.devices()),
            clock,
            System::nanoTime,
            config.gateway());
    opened.add(() -> gateway.close().orTimeout(10, TimeUnit.SECONDS).join());
    fleet
        .devices()
        .onRevoked(device ->
            gateway
                .links()
                .disconnect(
                    device,
                    CloseCode.TOKEN_REJECTED,
                    "the device token was revoked; provision the device again"));

    fleet
        .devices()
        .onRegisteredAgain(registered -> {
          Device device = registered.device();
          var note = RegistrationNote.payload(device.machineId(), registered.conflict());
          var _ = store.journal().appendNote(device.project(), device.id(), note);
        });

    RemoteSessions remote =
        opened.add(
            new RemoteSessions(
                gateway.links(),
                (project, device) -> fleet.devices().find(project, device).isPresent(),
                auditLog,
                blocking,
                clock,
                System::nanoTime,
                UUID::randomUUID,
                config.remote()));
    ActivityLog activity = new ActivityLog(database, clock);
    opened.add(new ActivitySchedule(activity, () -> activity(gateway)));

    // Readers of the journal.
    CommandWatch commandWatch =
        opened.add(new CommandWatch(store.commandLog(), store.journal(), clock, config.commands()));
    Commands commands =
        new Commands(
            store.commandLog(),
            gateway.links()::isConnected,
            gateway.links()::nudge,
            clock,
            UUID::randomUUID,
            config.commands());
    Webhooks webhooks =
        opened.add(
            Webhooks.open(
                database,
                store,
                secrets,
                vertx,
                blocking,
                clock,
                random,
                config.endpoints(),
                config.webhooks()));
    fleet.projects().onDeleted(webhooks::projectDeleted);
    opened.add(new RetentionSchedule(store.retention(), fleet.projects(), webhooks, auditLog));
    MessageQueries messageQueries =
        new MessageQueries(store.history(), config.queries(), System::nanoTime);
    TelemetryQueries telemetry =
        new TelemetryQueries(store.history(), config.telemetry(), System::nanoTime);
    Streams streams =
        opened.add(
            new Streams(
                vertx,
                blocking,
                store.journal(),
                remote,
                clock,
                config.streams(),
                config.queries()));

    // The doors.
    HttpApi api =
        new ApiRooms(
                fleet,
                apiKeys,
                deviceTokens,
                deviceCertificates,
                commands,
                commandWatch,
                config.commands(),
                messageQueries,
                config.queries(),
                telemetry,
                webhooks,
                store.retention(),
                store.history(),
                activity,
                new ApiRooms.People(
                    users,
                    sessions,
                    new SignInGuard(clock, config.sessions()),
                    setup,
                    links,
                    members),
                auditLog,
                gateway.links()::isConnected,
                gateway.links()::countByProject,
                new ApiRooms.Live(streams, config.streams(), remote, clock, random))
            .open(vertx, blocking, new PublicOrigin(config.publicUrl()), config.api());
    opened.add(api);
    opened.add(commandWatch::endWaits);
    ApiViewer apiViewer = new ApiViewer();
    AgentDownload agentDownload =
        new AgentDownload(
            vertx,
            new PublicOrigin(config.publicUrl()),
            config.agentPackage(),
            config.agentPackages(),
            blocking);
    Health health = new Health(store::problem);
    Dashboard dashboard = new Dashboard(vertx, blocking);
    AdminRooms adminRooms =
        new AdminRooms(
            fleet, apiKeys, deviceTokens, users, links, gateway.links()::isConnected, clock);
    opened.add(AdminSocket.open(data, new AdminCommands(adminRooms), AdminLimits.defaults()));
    Optional<TrustOptions> asked = AskedCertificates.of(deviceCertificates);
    List<Listener> listeners = new ArrayList<>();
    AtomicInteger connections = new AtomicInteger();
    listen(
        vertx,
        config,
        () -> {
          Listener listener =
              new Listener(
                  config,
                  asked,
                  gateway,
                  api,
                  apiViewer,
                  agentDownload,
                  health,
                  dashboard,
                  connections);
          listeners.add(listener);
          return listener;
        });
    return new Server(opened, listeners);
  }

  /** The only secret that goes into the log: who reads it there owns the installation anyway. */
  private static void announce(FirstSetup setup) {
    setup
        .token()
        .ifPresent(token ->
            LOG.atWarn()
                .addKeyValue("token", token)
                .log("There is no administrator yet: complete the set-up with this token"));
  }

  private static Map<ProjectId, Activity> activity(DeviceGateway gateway) {
    Map<ProjectId, Activity> activity = new HashMap<>();
    gateway
        .traffic()
        .take()
        .forEach((project, count) ->
            activity.put(project, new Activity(0, count.messages(), count.lost())));
    gateway
        .links()
        .countByProject()
        .forEach((project, connected) -> {
          Activity sent = activity.getOrDefault(project, new Activity(0, 0, 0));
          activity.put(project, new Activity(connected, sent.messages(), sent.lost()));
        });
    return activity;
  }

  private static void listen(Vertx vertx, ServerConfig config, Supplier<Listener> listener) {
    try {
      vertx
          .deployVerticle(
              listener,
              new DeploymentOptions().setInstances(VertxOptions.DEFAULT_EVENT_LOOP_POOL_SIZE))
          .await();
    } catch (Exception e) {
      // Vert.x throws the cause itself, checked or not.
      throw new IllegalStateException(
          "can't listen on %s:%d: %s; free the port or set another server.port"
              .formatted(config.host(), config.port(), e.getMessage()),
          e);
    }
  }

  /** The port it listens on. */
  public int port() {
    return listeners.getFirst().port();
  }

  @Override
  public void close() {
    opened.close();
  }
}
