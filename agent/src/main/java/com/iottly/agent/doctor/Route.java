package com.iottly.agent.doctor;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.doctor.Finding.Step;
import com.iottly.agent.net.CertificateProblem;
import com.iottly.agent.net.HttpClients;
import com.iottly.agent.net.Proxies;
import com.iottly.agent.net.Proxies.Way;
import com.iottly.agent.net.Unreachable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import okhttp3.Handshake;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The way to the platform and back: one request that asks, then a handshake.
 *
 * @param ended at which step the request ended without an answer, or null
 */
record Route(
    OkHttpClient client,
    AgentConfig config,
    Way way,
    Journey journey,
    Answer check,
    Answer handshake,
    @Nullable Step ended,
    long askedAtMillis) {

  static Route travel(
      OkHttpClient client,
      AgentConfig config,
      Map<String, String> environment,
      InstantSource clock) {
    Journey journey = new Journey();
    OkHttpClient watched =
        client.newBuilder().eventListener(journey).callTimeout(Answer.PATIENCE).build();
    long now = clock.millis();
    Answer check = Answer.toCheck(watched, config);
    Answer handshake = check instanceof Answer.None ? check : Answer.toHandshake(client, config);
    watched.connectionPool().evictAll();
    client.dispatcher().executorService().shutdown();
    Way way = Proxies.of(environment).way(config.connection().endpoint());
    return new Route(client, config, way, journey, check, handshake, step(check, journey), now);
  }

  private static @Nullable Step step(Answer answer, Journey journey) {
    Unreachable.Step ended = Answer.ended(answer);
    return switch (ended) {
      case null -> null;
      case DNS -> Step.DNS;
      case PROXY -> Step.PROXY;
      case TCP -> Step.TCP;
      case TLS -> Step.TLS;
      case HTTP -> journey.endedWithinTls() ? Step.TLS : Step.WEBSOCKET;
    };
  }

  List<Finding> findings() {
    return List.of(
        at(Step.DNS, this::dns),
        at(Step.PROXY, this::proxy),
        at(Step.TCP, this::tcp),
        at(Step.TLS, this::tls),
        at(Step.WEBSOCKET, this::webSocket),
        at(Step.TOKEN, this::token),
        at(Step.SERVER, this::server));
  }

  /**
   * What the journey says of a step it came through, or why it ended there, or that it never did.
   */
  private Finding at(Step step, Supplier<Finding> passed) {
    boolean noProxy = step == Step.PROXY && way instanceof Way.Direct;
    if (ended == null || step.compareTo(ended) < 0 || noProxy) {
      return passed.get();
    }
    if (step.compareTo(ended) > 0) {
      return Finding.skipped(step, "not reached");
    }
    IOException why = ((Answer.None) check).why();
    Finding failed =
        why instanceof Unreachable known
            ? Finding.failed(step, known.what(), known.fix())
            : Finding.failed(
                step,
                String.valueOf(why.getMessage()),
                "check [connection] endpoint, and try again");
    return failed.with(
        step == Step.TLS ? Certificates.lines(shown(why)) : journey.failuresBesides());
  }

  private static List<X509Certificate> shown(Throwable why) {
    for (Throwable cause = why; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateProblem problem) {
        return problem.chain();
      }
    }
    return List.of();
  }

  private URI endpoint() {
    return config.connection().endpoint();
  }

  private String platform() {
    int port = endpoint().getPort() >= 0 ? endpoint().getPort() : isTls() ? 443 : 80;
    return endpoint().getHost() + ":" + port;
  }

  private boolean isTls() {
    return "wss".equals(endpoint().getScheme());
  }

  private Finding dns() {
    String name =
        switch (way) {
          case Way.Direct _ -> endpoint().getHost();
          case Way.Through(var proxy) -> proxy.host();
        };
    String addresses = String.join(", ", journey.addresses());
    return addresses.isEmpty() || name.equals(addresses)
        ? Finding.skipped(Step.DNS, name + " is an address")
        : Finding.ok(Step.DNS, name + " is " + addresses).took(journey.dns());
  }

  private Finding proxy() {
    return switch (way) {
      case Way.Direct(String why) -> Finding.skipped(Step.PROXY, "none: " + why);
      case Way.Through(var proxy) ->
          Finding.ok(
                  Step.PROXY,
                  proxy
                      + proxy.user().map(user -> " as '" + user + "'").orElse("")
                      + ", from "
                      + proxy.variable())
              .took(journey.connect());
    };
  }

  private Finding tcp() {
    InetSocketAddress address = journey.connected();
    return switch (way) {
      case Way.Direct _ ->
          Finding.ok(Step.TCP, address == null ? platform() : Journey.text(address))
              .took(journey.connect())
              .with(journey.failures());
      case Way.Through _ -> Finding.ok(Step.TCP, platform() + ", by the proxy");
    };
  }

  private Finding tls() {
    Handshake done = journey.handshake();
    if (done == null) {
      return config.security().allowPlaintext()
          ? Finding.warning(
              Step.TLS, "none: others can read along", "use wss:// in [connection] endpoint")
          : Finding.skipped(Step.TLS, "none: this machine itself");
    }
    List<Certificate> chain = done.peerCertificates();
    var lines = new ArrayList<>(Certificates.lines(chain));
    lines.add("trusted by " + HttpClients.trustOrigin(client));
    return Finding.ok(
            Step.TLS,
            done.tlsVersion().javaName()
                + chain.stream()
                    .findFirst()
                    .map(own -> ", for " + HttpClients.names((X509Certificate) own))
                    .orElse(""))
        .took(journey.tls())
        .with(lines);
  }

  private Finding webSocket() {
    return switch (handshake) {
      case Answer.Came(int status, var _, var took) when status == 101 ->
          Finding.ok(Step.WEBSOCKET, "the device link answers").took(took);
      case Answer.Came(int status, var body, var took)
          when status == 401 && body.get("code") != null ->
          Finding.ok(Step.WEBSOCKET, "the device link answers, and refuses").took(took);
      case Answer.Came came when came.status() == 503 ->
          Finding.warning(
              Step.WEBSOCKET,
              "the platform is busy: " + came.said(),
              "the agent tries again by itself");
      case Answer.Came came ->
          Finding.failed(
              Step.WEBSOCKET,
              came.said(),
              "check the path of [connection] endpoint, and that proxies in between let WebSockets"
                  + " through");
      case Answer.None(Unreachable why) -> Finding.failed(Step.WEBSOCKET, why.what(), why.fix());
      case Answer.None(IOException why) ->
          Finding.failed(
              Step.WEBSOCKET,
              String.valueOf(why.getMessage()),
              "something in between may not let WebSockets through");
    };
  }

  private Finding token() {
    var finding = config.agent().tokenFinding();
    if (finding.isPresent()) {
      return Finding.failed(Step.TOKEN, finding.get(), "run iottly-agent provision");
    }
    if (status(check) == 401 || status(handshake) == 401) {
      Answer.Came refusal = (Answer.Came) (status(check) == 401 ? check : handshake);
      return Finding.failed(Step.TOKEN, refusal.said(), "run iottly-agent provision again");
    }
    return switch (check) {
      case Answer.Came(int status, var body, var _) when status == 200 ->
          Finding.ok(
              Step.TOKEN,
              "is that of device %s of project %s"
                  .formatted(body.get("device"), body.get("project")));
      case Answer.Came _, Answer.None _ ->
          status(handshake) == 101
              ? Finding.ok(Step.TOKEN, "is accepted")
              : Finding.skipped(Step.TOKEN, "nobody looked at it");
    };
  }

  private Finding server() {
    return switch (check) {
      case Answer.Came(int status, var body, var took) when status == 200 ->
          Finding.ok(
                  Step.SERVER,
                  Boolean.TRUE.equals(body.get("connected"))
                      ? "lets this device in; it is connected now"
                      : "lets this device in; it is not connected now")
              .took(took);
      case Answer.Came came when came.status() == 401 ->
          Finding.failed(Step.SERVER, "does not let this device in", "see token");
      case Answer.Came came when came.status() == 404 ->
          status(handshake) == 101
              ? Finding.ok(Step.SERVER, "lets this device in")
              : Finding.failed(
                  Step.SERVER,
                  "there is no Iottly platform at " + endpoint(),
                  "check [connection] endpoint");
      case Answer.Came came ->
          Finding.failed(Step.SERVER, came.said(), "if it stays so, ask who runs the platform");
      case Answer.None _ -> Finding.skipped(Step.SERVER, "not reached");
    };
  }

  private static int status(Answer answer) {
    return answer instanceof Answer.Came came ? came.status() : 0;
  }

  /** The platform's clock less this machine's, or null when the platform did not say. */
  @Nullable Long clockOffsetMillis() {
    return check instanceof Answer.Came(int _, var body, var took)
            && body.get("time") instanceof Number time
        ? time.longValue() - (askedAtMillis + took.toMillis())
        : null;
  }
}
