package com.iottly.agent.config;

import com.iottly.agent.log.Log.Level;
import com.iottly.agent.machine.Binding;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Everything that can be configured, checked and typed. The keys are in {@code docs/agent.md}. */
public record AgentConfig(
    Agent agent, Connection connection, Telemetry telemetry, Security security, Spool spool) {

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

    /** Why no connection can be made with this token, if so, and what to do. */
    public Optional<String> tokenFinding() {
      return token.isEmpty()
          ? Optional.of("[agent] token is empty; run `iottly-agent provision` before the start")
          : Optional.of(
                  "[agent] token is the placeholder of the documentation; run `iottly-agent"
                      + " provision` before the start")
              .filter(_ -> token.equals(PLACEHOLDER));
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

  /** Section {@code [security]}; no bundle means the system's certificates. */
  public record Security(Optional<Path> caBundle, TlsVersion minTlsVersion) {}

  /** Section {@code [spool]}. */
  public record Spool(Path dir, long maxBytes, Duration maxAge) {}

  /** The oldest TLS version that is accepted. */
  public enum TlsVersion {
    TLS1_2,
    TLS1_3
  }
}
