package com.iottly.platform.api;

import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.DeviceCertificates;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.FirstSetup;
import com.iottly.platform.access.Members;
import com.iottly.platform.access.Sessions;
import com.iottly.platform.access.SignInGuard;
import com.iottly.platform.access.SignInLinks;
import com.iottly.platform.access.Users;
import com.iottly.platform.activity.ActivityLog;
import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.command.CommandLimits;
import com.iottly.platform.command.CommandWatch;
import com.iottly.platform.command.Commands;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Retention;
import com.iottly.platform.filter.QueryLimits;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.history.MessageQueries;
import com.iottly.platform.live.StreamLimits;
import com.iottly.platform.live.Streams;
import com.iottly.platform.remote.RemoteSessions;
import com.iottly.platform.telemetry.TelemetryQueries;
import com.iottly.platform.webhook.Webhooks;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The rooms behind the API.
 *
 * @param connected whether a device is connected now
 * @param connectedByProject how many devices are connected, of each project of which one is
 */
public record ApiRooms(
    Fleet fleet,
    ApiKeys apiKeys,
    DeviceTokens deviceTokens,
    DeviceCertificates deviceCertificates,
    Commands commands,
    CommandWatch commandWatch,
    CommandLimits commandLimits,
    MessageQueries messageQueries,
    QueryLimits queryLimits,
    TelemetryQueries telemetry,
    Webhooks webhooks,
    Retention retention,
    History history,
    ActivityLog activity,
    People people,
    AuditLog auditLog,
    Predicate<DeviceId> connected,
    Supplier<Map<ProjectId, Integer>> connectedByProject,
    Live live) {

  /** What streams and their channels need. */
  public record Live(
      Streams streams,
      StreamLimits limits,
      RemoteSessions sessions,
      InstantSource clock,
      SecureRandom random) {}

  /** The rooms that know people. */
  public record People(
      Users users,
      Sessions sessions,
      SignInGuard guard,
      FirstSetup setup,
      SignInLinks links,
      Members members) {}

  /** The API over these rooms; the table of contents of {@code docs/http-api.md}. */
  public HttpApi open(Vertx vertx, Executor blocking, PublicOrigin publicOrigin, ApiLimits limits) {
    DeviceJson deviceJson = new DeviceJson(connected);
    StreamTickets tickets = new StreamTickets(live.limits(), live.clock(), live.random());
    Gate gate = new Gate(apiKeys, people.sessions(), people.members(), tickets);
    StreamCalls streamCalls = new StreamCalls(live.streams(), live.limits(), tickets, gate);
    apiKeys.onDeleted(streamCalls::keyDeleted);
    people.sessions().onEnded(streamCalls::sessionEnded);
    fleet.projects().onDeleted(live.streams()::projectDeleted);
    List<Route> routes =
        Stream.of(
                new ProjectCalls(fleet, deviceJson).routes(),
                new DeviceCalls(fleet, deviceJson).routes(),
                new CommandCalls(fleet, commands, commandWatch, commandLimits).routes(),
                new MessageCalls(fleet, messageQueries, queryLimits).routes(),
                new TelemetryCalls(fleet, telemetry, live.clock()).routes(),
                new OverviewCalls(fleet, webhooks, activity, connectedByProject, live.clock())
                    .routes(),
                new WebhookCalls(webhooks).routes(),
                new ProvisionCalls(fleet, deviceTokens, deviceCertificates, connected).routes(),
                new ProjectAdminCalls(fleet.projects(), fleet.census(), connectedByProject)
                    .routes(),
                new DeviceAdminCalls(fleet, deviceTokens, retention, history, connected).routes(),
                new LicenseCalls(fleet.licenses(), fleet.limits().licensesPerCall()).routes(),
                new PairingCalls(fleet.pairCodes()).routes(),
                new DefinitionCalls(fleet.definitions()).routes(),
                new KeyCalls(apiKeys).routes(),
                new MemberCalls(people.members()).routes(),
                new SessionCalls(
                        people.users(),
                        people.sessions(),
                        people.guard(),
                        people.setup(),
                        people.links(),
                        people.members())
                    .routes(),
                new UserCalls(people.users()).routes(),
                new AuditCalls(auditLog).routes(),
                new RemoteCalls(live.sessions()).routes(),
                streamCalls.routes())
            .flatMap(List::stream)
            .toList();
    List<Route> all = new ArrayList<>(OpenApi.withDocument(routes));
    all.add(streamCalls.stream());
    return new HttpApi(vertx, blocking, gate, all, publicOrigin, limits);
  }
}
