package com.iottly.agent.net;

import com.iottly.agent.net.CertificateProblem.Kind;
import com.iottly.agent.net.Unreachable.Step;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/** Says why there is no connection: every failure of a request becomes {@link Unreachable}. */
final class Failures implements Interceptor {

  private static final Pattern CONNECT_REFUSED =
      Pattern.compile("Unexpected response code for CONNECT: ([0-9]{3})");

  private final Proxies proxies;

  Failures(Proxies proxies) {
    this.proxies = proxies;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    Request request = chain.request();
    Optional<ProxyServer> proxy = proxies.through(request.url().uri());
    Way way = new Way(request.url().uri(), proxy);
    try {
      Response response = chain.proceed(request);
      if (proxy.isPresent() && !request.isHttps() && response.code() >= 400) {
        way.requireForwarded(request, response);
      }
      return response;
    } catch (Unreachable e) {
      throw e;
    } catch (IOException e) {
      throw way.explain(e);
    }
  }

  /** Where a request goes, and through what. */
  private record Way(URI url, Optional<ProxyServer> proxy) {

    private String platform() {
      int port = url.getPort() >= 0 ? url.getPort() : Proxies.isTls(url) ? 443 : 80;
      return url.getHost() + ":" + port;
    }

    /** Who the TCP connection is with. */
    private String neighbour() {
      return proxy.map(server -> "the proxy " + server).orElse(platform());
    }

    private Step reaching() {
      return proxy.isPresent() ? Step.PROXY : Step.TCP;
    }

    private String address() {
      return proxy.map(ProxyServer::variable).orElse("the platform's address");
    }

    /** Without TLS the proxy sees the request, and may answer it itself or spoil it. */
    void requireForwarded(Request request, Response response) throws Unreachable {
      String type = response.header("Content-Type", "");
      if (type == null || !type.startsWith("application/json")) {
        response.close();
        throw refused(response.code());
      }
      if (response.code() == 400 && request.header("Upgrade") != null) {
        response.close();
        throw new Unreachable(
            Step.HTTP,
            neighbour() + " does not forward WebSockets",
            "use wss://, which proxies tunnel, or have it forward Upgrade",
            null);
      }
    }

    Unreachable explain(IOException failure) {
      String said = String.valueOf(failure.getMessage());
      Matcher refused = CONNECT_REFUSED.matcher(said);
      if (refused.matches()) {
        return refused(Integer.parseInt(refused.group(1)));
      }
      return switch (failure) {
        case UnknownHostException _ -> unknownHost(failure);
        case SSLException e -> tls(e);
        case SocketTimeoutException _ -> timeout(said, failure);
        case ConnectException _, NoRouteToHostException _ -> notReached(failure);
        case SocketException _ when said.contains("unreachable") -> notReached(failure);
        default -> ended(said, failure);
      };
    }

    private Unreachable unknownHost(IOException failure) {
      String host = proxy.map(ProxyServer::host).orElse(url.getHost());
      return new Unreachable(
          Step.DNS,
          "the name " + host + " can't be resolved",
          "check it in "
              + address()
              + ", the network, and the name servers in /etc/resolv.conf"
              + (proxy.isPresent() ? "" : "; if this network has a proxy, name it in HTTPS_PROXY"),
          failure);
    }

    private Unreachable tls(SSLException failure) {
      Unreachable found = ofTls(failure, platform(), Step.TLS, "check " + address());
      boolean inspected =
          proxy.isPresent()
              && certificateProblem(failure).filter(p -> p.kind() == Kind.UNKNOWN_CA).isPresent();
      return inspected
          ? new Unreachable(
              Step.TLS,
              found.what(),
              "the proxy %s may inspect TLS with that CA; if that is meant so, or the CA is the platform's own, put its certificate into the PEM file of [security] ca_bundle"
                  .formatted(proxy.get()),
              failure)
          : found;
    }

    private Unreachable timeout(String said, IOException failure) {
      return said.toLowerCase(Locale.ROOT).contains("connect")
          ? new Unreachable(
              reaching(),
              neighbour() + " does not answer",
              "check the address in " + address() + " and whether a firewall is in between",
              failure)
          : new Unreachable(
              Step.HTTP,
              neighbour() + " took the connection and then said nothing",
              "check that " + address() + " names the right port, and try again",
              failure);
    }

    private Unreachable notReached(IOException failure) {
      boolean nobody = String.valueOf(root(failure).getMessage()).contains("refused");
      return new Unreachable(
          reaching(),
          nobody
              ? "nobody listens at " + neighbour()
              : neighbour() + " can't be reached: " + root(failure).getMessage(),
          nobody
              ? "check the port in " + address() + ", and that it runs there"
              : "check this machine's network and the address in " + address(),
          failure);
    }

    private Unreachable ended(String said, IOException failure) {
      boolean hungUp =
          failure instanceof EOFException
              || said.contains("end of stream")
              || said.contains("Connection reset");
      return hungUp && proxy.isPresent()
          ? new Unreachable(
              Step.PROXY,
              neighbour() + " closed the connection without an answer",
              "check that " + address() + " names an HTTP proxy, with https:// if it wants TLS",
              failure)
          : new Unreachable(
              Step.HTTP,
              "the connection with " + neighbour() + " ended: " + said,
              "check that " + address() + " names the right port, and try again",
              failure);
    }

    /** The proxy answered instead of the platform. */
    Unreachable refused(int status) {
      return switch (status) {
        case 401 ->
            new Unreachable(
                Step.PROXY,
                neighbour() + " rejects the user or the password (401)",
                "correct them in " + address(),
                null);
        case 500, 502, 503, 504 ->
            new Unreachable(
                Step.TCP,
                "%s can't reach %s (%d)".formatted(neighbour(), platform(), status),
                "check the platform's address, and that the proxy can reach it",
                null);
        default ->
            new Unreachable(
                Step.TCP,
                "%s does not let this device connect to %s (%d)"
                    .formatted(neighbour(), platform(), status),
                "have it allowed in the proxy, or list the host in NO_PROXY",
                null);
      };
    }
  }

  private static Throwable root(Throwable failure) {
    return failure.getCause() == null ? failure : root(failure.getCause());
  }

  private static Optional<CertificateProblem> certificateProblem(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateProblem problem) {
        return Optional.of(problem);
      }
    }
    return Optional.empty();
  }

  /**
   * What a failed handshake says.
   *
   * @param who the other end
   * @param wrongName what to do when the certificate is for another host
   */
  static Unreachable ofTls(SSLException failure, String who, Step step, String wrongName) {
    Optional<CertificateProblem> problem = certificateProblem(failure);
    if (problem.isPresent()) {
      boolean elsewhere = problem.get().kind() == Kind.WRONG_HOST && step == Step.PROXY;
      return new Unreachable(
          step,
          who + ": " + problem.get().what(),
          elsewhere ? wrongName : problem.get().fix(),
          failure);
    }
    String said = String.valueOf(failure.getMessage());
    if (said.contains("protocol_version") || said.contains("client preferences")) {
      return new Unreachable(
          step,
          who + " speaks no TLS version that [security] min_tls_version allows",
          "have it updated, or allow tls1.2",
          failure);
    }
    if (said.contains("certificate_required") || said.contains("bad_certificate")) {
      return new Unreachable(
          step,
          who + " wants a client certificate, and does not accept what this machine shows",
          "name the right one in [security] client_certificate and client_key",
          failure);
    }
    if (said.contains("unrecognized SSL message")) {
      return new Unreachable(
          step,
          who + " does not speak TLS",
          "check the port, and the scheme of the address",
          failure);
    }
    if (said.contains("terminated the handshake") || said.contains("reset")) {
      return new Unreachable(
          step,
          who + " ended the TLS handshake without a reason",
          "a firewall or another port may be in between; try from another network",
          failure);
    }
    return new Unreachable(
        step, who + ": TLS failed: " + said, "check its TLS settings and certificate", failure);
  }
}
