package com.iottly.agent;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.Identity;
import com.iottly.agent.config.Key;
import com.iottly.agent.json.Json;
import com.iottly.agent.link.Link;
import com.iottly.agent.link.LinkStatus;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.AppendOutcome;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolStatus;
import com.iottly.wire.Frame.Kind;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the control socket can do: {@code {"do":"status"}}, {@code {"do":"stop"}} and {@code
 * {"do":"send","payload":{…},"channel":"…"}}.
 *
 * @param file the configuration
 * @param config what the agent was started with
 * @param stop ends the agent; returns at once
 */
record Control(
    Build build,
    Path file,
    AgentConfig config,
    Spool spool,
    Link link,
    DeviceClock clock,
    Reload reload,
    Log log,
    Runnable stop,
    Instant started) {

  Map<String, ?> answer(Map<String, @Nullable Object> request) {
    return switch (String.valueOf(request.get("do"))) {
      case "status" -> status();
      case "send" -> send(request);
      case "stop" -> {
        log.info("asked to stop");
        stop.run();
        yield Map.of("pid", ProcessHandle.current().pid());
      }
      default -> Map.of("error", "\"do\" is one of status, send, stop");
    };
  }

  private Map<String, ?> status() {
    var status = new LinkedHashMap<String, Object>();
    status.put("version", build.version());
    status.put("pid", ProcessHandle.current().pid());
    status.put("started", started.toString());
    Identity.of(config.agent().token())
        .ifPresent(identity -> {
          status.put("device", identity.device());
          status.put("project", identity.project());
        });
    addConnection(status, link.status());
    addSpool(status, spool.status());
    status.put("clock_trusted", clock.trusted());
    clock.offsetMillis().ifPresent(offset -> status.put("clock_offset_ms", offset));
    addConfiguration(status);
    Log.Problem problem = log.lastProblem();
    if (problem != null) {
      status.put("last_problem", problem.message());
      status.put("last_problem_at", problem.at().toString());
    }
    return status;
  }

  private void addConnection(Map<String, Object> status, LinkStatus now) {
    status.put("endpoint", config.connection().endpoint().toString());
    status.put("connected", now.connected());
    status.put("state", now.state());
    status.put("detail", now.detail());
    status.put("since", Instant.ofEpochMilli(now.sinceMillis()).toString());
    if (now.lastAckMillis() > 0) {
      status.put("last_ack", Instant.ofEpochMilli(now.lastAckMillis()).toString());
    }
    if (link.superseded() > 0) {
      status.put("superseded", link.superseded());
    }
  }

  private void addSpool(Map<String, Object> status, SpoolStatus spooled) {
    status.put("spool_waiting", spooled.waiting());
    status.put("spool_bytes", spooled.bytes());
    status.put("spool_max_bytes", config.spool().maxBytes());
    status.put("spool_last", spooled.last());
    status.put("spool_acknowledged", spooled.acknowledged());
    status.put("dropped_telemetry", spooled.droppedTelemetry());
    status.put("dropped_messages", spooled.droppedOthers());
  }

  private void addConfiguration(Map<String, Object> status) {
    status.put("config_file", file.toString());
    if (!reload.restartNeeded().isEmpty()) {
      status.put("restart_needed_for", reload.restartNeeded().stream().map(Key::toString).toList());
    }
    if (!reload.problem().isEmpty()) {
      status.put("config_problem", reload.problem());
    }
    if (!reload.warnings().isEmpty()) {
      status.put("config_warnings", reload.warnings());
    }
  }

  private Map<String, ?> send(Map<String, @Nullable Object> request) {
    if (!(request.get("payload") instanceof Map<?, ?> payload)) {
      return Map.of("error", "\"payload\" must be a JSON object");
    }
    Object channel = request.get("channel");
    if (channel != null && (!(channel instanceof String name) || name.isEmpty())) {
      return Map.of("error", "\"channel\" must be a text that is not empty");
    }
    var message = new LinkedHashMap<String, @Nullable Object>();
    payload.forEach((name, value) -> message.put(String.valueOf(name), value));
    return switch (spool.append(Kind.USERDEFINED, (String) channel, Json.payload(message)).join()) {
      case AppendOutcome.Stored(long sequence) -> Map.of("stored", sequence);
      case AppendOutcome.Full(String reason) -> Map.of("error", reason);
      case AppendOutcome.Failed(String reason) -> Map.of("error", reason);
      case AppendOutcome.Refused(String reason) -> Map.of("error", reason);
    };
  }
}
