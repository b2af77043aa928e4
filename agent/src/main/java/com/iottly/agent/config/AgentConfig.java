package com.iottly.agent.config;

import com.iottly.agent.log.Log.Level;
import com.iottly.agent.machine.Binding;
import com.iottly.agent.machine.Machine;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Everything that can be configured, checked and typed. The keys are in {@code docs/agent.md}. */
public record AgentConfig(
    Agent agent,
    Connection connection,
    Telemetry telemetry,
    Security security,
    Spool spool,
    RemoteConfig remote) {

  /**
   * Section {@code [agent]}.
   *
   * @param token the device token, empty before {@code iottly-agent provision}; a secret
   * @param machine which machine the token was given to, when that is known
   * @param runDir where the control socket is
   */
  public record Agent(
      String token, Optional<Binding> machine, Level logLevel, Path logFile, Path runDir) {

    /** What the documentation shows in place of a token. */
    private static final String PLACEHOLDER = "eyJhbGciOiJSUzI1NiJ9...";

    /** Why this machine can't connect with this token, if so, and what to do. */
    public Optional<String> tokenFinding() {
      if (token.isEmpty()) {
        return Optional.of("[agent] token is empty; run `iottly-agent provision` before the start");
      }
      if (token.equals(PLACEHOLDER)) {
        return Optional.of(
            "[agent] token is the placeholder of the documentation; run `iottly-agent provision`"
                + " before the start");
      }
      return machine
          .flatMap(bound -> bound.mismatch(Machine.current().machineId(), Machine.macAddresses()))
          .map(why ->
              "[agent] token was given to another machine: "
                  + why
                  + "; run `iottly-agent provision` to make this one a device of its own, or empty"
                  + " [agent] machine if it is the same one with other parts");
    }

    @Override
    public String toString() {
      return "Agent[logLevel=%s, logFile=%s, runDir=%s]".formatted(logLevel, logFile, runDir);
    }
  }

  /** Section {@code [connection]}. */
  public record Connection(
      URI endpoint, Duration reconnectInterval, Duration reconnectMax, Duration heartbeat) {}

  /** Section {@code [telemetry]}. */
  public record Telemetry(
      boolean enabled, Duration interval, int bufferSize, Duration flushInterval) {}

  /**
   * Section {@code [security]}.
   *
   * @param caBundle the only certificates to trust; none means the system's
   * @param client what this machine shows to a server that asks for a certificate
   * @param allowPlaintext whether the platform may be reached without TLS
   */
  public record Security(
      Optional<Path> caBundle,
      TlsVersion minTlsVersion,
      Optional<ClientFiles> client,
      boolean allowPlaintext) {

    /** The same without a client certificate that lies there: the one a registration replaces. */
    public Security without(Path certificate) {
      return new Security(
          caBundle,
          minTlsVersion,
          client.filter(files -> !files.certificate().equals(certificate)),
          allowPlaintext);
    }

    /**
     * Whether that address may be used: with TLS, on this machine, or when the operator says so.
     */
    public boolean allows(URI address) {
      return allowPlaintext || isPrivate(address);
    }

    /** Whether nobody on the way can read along: with TLS, or on this machine. */
    public static boolean isPrivate(URI address) {
      String scheme = String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT);
      String host = String.valueOf(address.getHost()).toLowerCase(Locale.ROOT);
      return scheme.equals("wss")
          || scheme.equals("https")
          || host.equals("localhost")
          || host.equals("[::1]")
          || host.matches("127(\\.[0-9]{1,3}){3}");
    }
  }

  /** The PEM files of a client certificate, with those of its issuers behind it, and its key. */
  public record ClientFiles(Path certificate, Path key) {}

  /** Section {@code [spool]}. */
  public record Spool(Path dir, long maxBytes, Duration maxAge) {}

  /** The oldest TLS version that is accepted. */
  public enum TlsVersion {
    TLS1_2,
    TLS1_3
  }
}
