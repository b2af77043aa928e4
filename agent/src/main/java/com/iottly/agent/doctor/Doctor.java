package com.iottly.agent.doctor;

import com.iottly.agent.Agent;
import com.iottly.agent.Build;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import com.iottly.agent.control.ControlClient;
import com.iottly.agent.control.ControlException;
import com.iottly.agent.doctor.Finding.Step;
import com.iottly.agent.net.HttpClients;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * Examines one step after the other.
 *
 * @param environment for the proxy variables, and what overrides the file
 * @param service the environment that the installed agent has
 */
public record Doctor(
    Path configFile,
    Map<String, String> environment,
    Build build,
    InstantSource clock,
    ServiceEnvironment service) {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final long MAX_CLOCK_OFFSET_MILLIS = 60_000;
  private static final long FEW_BYTES = 16L << 20;

  /** All findings, in the order of the steps. */
  public List<Finding> examine() {
    var findings = new ArrayList<Finding>();
    AgentConfig config;
    OkHttpClient client;
    Settings settings;
    try {
      settings = Settings.of(ConfigFile.read(configFile), environment);
      config = settings.check();
      client = HttpClients.create(config.security(), environment, CONNECT_TIMEOUT);
    } catch (ConfigException e) {
      findings.add(
          Finding.failed(
              Step.CONFIGURATION, String.valueOf(e.getMessage()), "correct it and ask again"));
      findings.add(clock(null));
      for (Step step : Step.values()) {
        if (step.compareTo(Step.CLOCK) > 0) {
          findings.add(Finding.skipped(step, "needs the configuration"));
        }
      }
      return findings;
    }
    Route route = Route.travel(client, config, environment, clock);
    findings.add(configuration(settings));
    findings.add(clock(route));
    findings.add(new OwnCertificate(config, clock).finding());
    findings.addAll(route.findings());
    findings.add(disk(config));
    agent(config, findings);
    return findings;
  }

  private Finding configuration(Settings settings) {
    var warnings = new ArrayList<>(settings.warnings());
    ConfigFile.finding(configFile, "the device token").ifPresent(warnings::add);
    return warnings.isEmpty()
        ? Finding.ok(Step.CONFIGURATION, configFile.toString())
        : Finding.warning(
                Step.CONFIGURATION, configFile + " can be used, with reservations", "see above")
            .with(warnings);
  }

  private Finding clock(@Nullable Route route) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    String fix = "set the clock: timedatectl set-ntp true, or date --set";
    Long offset = route == null ? null : route.clockOffsetMillis();
    if (now.isBefore(build.built())) {
      return Finding.failed(
          Step.CLOCK, now + ", which is before this agent was built, " + build.built(), fix);
    }
    if (offset == null) {
      return Finding.ok(Step.CLOCK, now.toString());
    }
    if (Math.abs(offset) >= MAX_CLOCK_OFFSET_MILLIS) {
      return Finding.failed(
          Step.CLOCK,
          "%s, %s %s the platform's clock"
              .formatted(now, text(Math.abs(offset)), offset > 0 ? "behind" : "before"),
          fix);
    }
    return Finding.ok(Step.CLOCK, now + ", with the platform's");
  }

  private static String text(long millis) {
    Duration time = Duration.ofMillis(millis);
    return time.toDays() > 0
        ? time.toDays() + " days"
        : time.toHours() > 0 ? time.toHours() + " hours" : time.toMinutes() + " minutes";
  }

  private static Finding disk(AgentConfig config) {
    var fine = new ArrayList<String>();
    for (Path directory :
        List.of(config.spool().dir(), config.agent().logFile().resolveSibling(""))) {
      Path there = directory;
      while (!Files.exists(there) && there.getParent() != null) {
        there = there.getParent();
      }
      try {
        Files.delete(Files.createTempFile(there, ".doctor-", ""));
        long free = Files.getFileStore(there).getUsableSpace();
        if (free < FEW_BYTES) {
          return Finding.warning(
              Step.DISK,
              "only %d MiB are free for %s".formatted(free >> 20, directory),
              "make room, or name another place in [spool] dir and [agent] log_file");
        }
        fine.add("%s, %d MiB free".formatted(directory, free >> 20));
      } catch (IOException e) {
        return Finding.failed(
            Step.DISK,
            directory + " can't be written: " + e.getMessage(),
            "ask as the agent's user or root; see who owns the directory, and whether the disk is"
                + " full or read-only");
      }
    }
    return Finding.ok(Step.DISK, String.join("; ", fine));
  }

  private void agent(AgentConfig config, List<Finding> findings) {
    Path socket = config.agent().runDir().resolve(Agent.CONTROL_SOCKET);
    URI endpoint = config.connection().endpoint();
    OptionalLong pid = OptionalLong.empty();
    try {
      Map<String, @Nullable Object> status = ControlClient.ask(socket, Map.of("do", "status"));
      pid =
          status.get("pid") instanceof Number number
              ? OptionalLong.of(number.longValue())
              : OptionalLong.empty();
      findings.add(running(status));
    } catch (ControlException e) {
      findings.add(
          Finding.skipped(
              Step.AGENT,
              "not running; start it: systemctl start iottly-agent, or iottly-agent start"));
    }
    findings.add(service.examine(endpoint, environment, pid));
  }

  private static Finding running(Map<String, @Nullable Object> status) {
    boolean connected = Boolean.TRUE.equals(status.get("connected"));
    return connected
        ? Finding.ok(Step.AGENT, "runs, connected since %s".formatted(status.get("since")))
        : Finding.failed(
            Step.AGENT,
            "runs, not connected (%s): %s".formatted(status.get("state"), status.get("detail")),
            "when all else is well here: systemctl restart iottly-agent");
  }

  /** Whether nothing failed. */
  public static boolean isWell(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.verdict() == Finding.Verdict.FAILED);
  }
}
