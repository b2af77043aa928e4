package com.iottly.platform.gateway;

import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.Journal;
import com.iottly.platform.gateway.DeviceRegistry.Certification;
import com.iottly.platform.gateway.DeviceRegistry.Credentials;
import com.iottly.platform.websocket.Handshake;
import com.iottly.wire.CloseCode;
import com.iottly.wire.FrameCodec;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The platform's end of the device link ({@code docs/protocol.md}).
 *
 * <p>{@link #handshake} is called on an event loop for each request to {@value #PATH}. The device's
 * token is checked on a virtual thread; then the connection becomes a {@link Session} on its event
 * loop.
 */
public final class DeviceGateway {

  /** Where devices connect. */
  public static final String PATH = "/ws";

  /** Where a device asks whether it could connect. */
  public static final String CHECK_PATH = PATH + "/check";

  /** Where a device gets a client certificate. */
  public static final String CERTIFICATE_PATH = PATH + "/certificate";

  private static final int MAX_REQUEST_BYTES = 8 << 10;

  private static final Logger LOG = LoggerFactory.getLogger(DeviceGateway.class);

  private final Vertx vertx;
  private final Executor blocking;
  private final Journal journal;
  private final CommandLog commandLog;
  private final DeviceRegistry registry;
  private final InstantSource clock;
  private final GatewayLimits limits;
  private final FrameCodec codec;
  private final Admission admission;
  private final DeviceLinks links = new DeviceLinks();
  private final Traffic traffic = new Traffic();
  private final Rivalry rivalry;

  private volatile boolean closing;

  /**
   * A gateway without connections.
   *
   * @param blocking runs what may block, on virtual threads
   * @param nanoClock a monotonic clock in nanoseconds
   */
  public DeviceGateway(
      Vertx vertx,
      Executor blocking,
      Journal journal,
      CommandLog commandLog,
      DeviceRegistry registry,
      InstantSource clock,
      LongSupplier nanoClock,
      GatewayLimits limits) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.journal = journal;
    this.commandLog = commandLog;
    this.registry = registry;
    this.clock = clock;
    this.limits = limits;
    this.codec = new FrameCodec(limits.maxPayloadBytes());
    this.rivalry = new Rivalry(nanoClock);
    this.admission =
        new Admission(limits.handshakesPerSecond(), limits.handshakeBurst(), nanoClock);
  }

  /** The devices that are connected. */
  public DeviceLinks links() {
    return links;
  }

  /** What devices sent. */
  public Traffic traffic() {
    return traffic;
  }

  /**
   * Answers one request to {@value #PATH}; event loop only.
   *
   * @param connected told on the event loop when its connection has become a device link, which
   *     from then on is looked after here
   */
  public void handshake(HttpServerRequest request, Runnable connected) {
    if (!Handshake.isOne(request)
        || !Handshake.protocols(request.headers()).contains(FrameCodec.SUBPROTOCOL)) {
      refuse(
          request,
          400,
          "not_a_device_handshake",
          "This is the device link: connect with a WebSocket, version 13, that offers the sub-protocol "
              + FrameCodec.SUBPROTOCOL
              + ".",
          null);
      return;
    }
    admit(
        request,
        (accepted, shown, context) ->
            request
                .toWebSocket()
                .onSuccess(socket -> {
                  connected.run();
                  new Session(this, accepted, shown, socket, context, limits).start();
                })
                .onFailure(
                    e -> LOG.atDebug().setCause(e).log("A device left during its handshake")));
  }

  /**
   * Answers one request to {@value #CHECK_PATH}: what a handshake with that token would meet,
   * without touching a connection the device may have. Event loop only.
   */
  public void check(HttpServerRequest request) {
    if (!requireMethod(request, HttpMethod.GET)) {
      return;
    }
    admit(
        request,
        (accepted, _, _) -> {
          request.resume();
          answer(
              request,
              200,
              new JsonObject()
                  .put("project", accepted.project().value())
                  .put("device", accepted.device().toString())
                  .put("connected", links.isConnected(accepted.device()))
                  .put("time", clock.millis()));
        });
  }

  /**
   * Answers one request to {@value #CERTIFICATE_PATH}: a client certificate for the key in the
   * body, for a device that could connect with what it shows. Event loop only.
   */
  public void certify(HttpServerRequest request) {
    if (!requireMethod(request, HttpMethod.POST)) {
      return;
    }
    String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
    if (length == null
        || !length.matches("[0-9]{1,4}")
        || Integer.parseInt(length) > MAX_REQUEST_BYTES) {
      refuse(
          request,
          413,
          "too_large",
          "Send a certificate request of at most "
              + MAX_REQUEST_BYTES
              + " bytes, and its Content-Length.",
          null);
      return;
    }
    admit(
        request,
        (_, shown, context) -> {
          request.resume();
          request
              .body()
              .onSuccess(body ->
                  blocking.execute(() -> {
                    Certification outcome = certify(shown, body.toString());
                    context.runOnContext(_ -> answer(request, outcome));
                  }))
              .onFailure(e -> LOG.atDebug().setCause(e).log("A device left during its request"));
        });
  }

  private Certification certify(Credentials shown, String request) {
    try {
      return registry.certify(shown, request);
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("A device's certificate could not be made");
      return new Certification.NotAdmitted(
          new DeviceRegistry.Verdict.Refused(
              "unavailable", "A certificate can't be made now. Try again."));
    }
  }

  private static void answer(HttpServerRequest request, Certification outcome) {
    switch (outcome) {
      case Certification.Issued(String certificate) ->
          answer(request, 200, new JsonObject().put("certificate", certificate));
      case Certification.NotAdmitted(DeviceRegistry.Verdict.Refused why) -> refuse(request, why);
      case Certification.BadRequest(String allowed) ->
          refuse(request, 400, "bad_certificate_request", "Send " + allowed + ".", null);
      case Certification.NotIssued() ->
          refuse(request, 404, "certificates_off", "This platform issues no certificates.", null);
    }
  }

  private static boolean requireMethod(HttpServerRequest request, HttpMethod method) {
    boolean right = request.method().equals(method);
    if (!right) {
      request.response().putHeader(HttpHeaders.ALLOW, method.name());
      refuse(request, 405, "method_not_allowed", "This path takes " + method + " only.", null);
    }
    return right;
  }

  /** What to do with a device that may come in; on the request's event loop. */
  private interface Admitted {
    void take(DeviceRegistry.Verdict.Accepted accepted, Credentials shown, Context context);
  }

  private void admit(HttpServerRequest request, Admitted then) {
    int wait = closing ? 5 : admission.secondsToWait();
    if (wait > 0) {
      refuse(
          request,
          503,
          "too_many_handshakes",
          "Many devices are connecting at once. Try again in " + wait + " s.",
          Integer.toString(wait));
      return;
    }
    Context context = vertx.getOrCreateContext();
    request.pause();
    Credentials shown =
        new Credentials(
            bearer(request.getHeader(HttpHeaders.AUTHORIZATION)),
            ClientCertificate.of(request.connection()));
    blocking.execute(() -> {
      DeviceRegistry.Verdict verdict = authenticate(shown);
      context.runOnContext(_ -> {
        switch (verdict) {
          case DeviceRegistry.Verdict.Refused refused -> refuse(request, refused);
          case DeviceRegistry.Verdict.Accepted accepted -> then.take(accepted, shown, context);
        }
      });
    });
  }

  private DeviceRegistry.Verdict authenticate(Credentials shown) {
    if (shown.token().isEmpty()) {
      return new DeviceRegistry.Verdict.Refused(
          "token_missing",
          "Send the device token in the header 'Authorization: Bearer <token>'; 'iottly-agent"
              + " provision' writes one.");
    }
    try {
      return registry.authenticate(shown);
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("A device token could not be checked");
      return new DeviceRegistry.Verdict.Refused("unavailable", "The token can't be checked now.");
    }
  }

  private static void refuse(HttpServerRequest request, DeviceRegistry.Verdict.Refused refused) {
    request.resume();
    boolean unavailable = refused.code().equals("unavailable");
    refuse(
        request,
        unavailable ? 503 : 401,
        refused.code(),
        refused.sentence(),
        unavailable ? "10" : null);
  }

  private static void refuse(
      HttpServerRequest request,
      int status,
      String code,
      String sentence,
      @Nullable String retryAfter) {
    if (retryAfter != null) {
      request.response().putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
    }
    answer(request, status, new JsonObject().put("error", sentence).put("code", code));
  }

  private static void answer(HttpServerRequest request, int status, JsonObject body) {
    request
        .response()
        .setStatusCode(status)
        .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
        .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
        .end(body.encode());
  }

  private static String bearer(@Nullable String header) {
    return header != null && header.regionMatches(true, 0, "bearer ", 0, 7)
        ? header.substring(7).trim()
        : "";
  }

  /**
   * Admits nobody any more and sends the connected devices away; the future completes when their
   * last notes are with the journal.
   */
  public CompletableFuture<Void> close() {
    closing = true;
    return links.closeAll(CloseCode.GOING_AWAY, "the platform is restarting");
  }

  Vertx vertx() {
    return vertx;
  }

  Executor blocking() {
    return blocking;
  }

  Journal journal() {
    return journal;
  }

  CommandLog commandLog() {
    return commandLog;
  }

  Rivalry rivalry() {
    return rivalry;
  }

  DeviceRegistry registry() {
    return registry;
  }

  InstantSource clock() {
    return clock;
  }

  FrameCodec codec() {
    return codec;
  }
}
