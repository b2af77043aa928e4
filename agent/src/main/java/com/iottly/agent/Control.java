package com.iottly.agent;

import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.config.Key;
import com.iottly.agent.json.Json;
import com.iottly.agent.link.Link;
import com.iottly.agent.link.LinkStatus;
import com.iottly.agent.spool.AppendOutcome;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolStatus;
import com.iottly.wire.Frame.Kind;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the control socket can do: {@code {"do":"status"}} and {@code
 * {"do":"send","payload":{…},"channel":"…"}}.
 */
record Control(
    Build build, URI endpoint, Spool spool, Link link, DeviceClock clock, Reload reload) {

  Map<String, ?> answer(Map<String, @Nullable Object> request) {
    return switch (String.valueOf(request.get("do"))) {
      case "status" -> status();
      case "send" -> send(request);
      default -> Map.of("error", "\"do\" is one of status, send");
    };
  }

  private Map<String, ?> status() {
    LinkStatus now = link.status();
    SpoolStatus spooled = spool.status();
    var status = new LinkedHashMap<String, Object>();
    status.put("version", build.version());
    status.put("pid", ProcessHandle.current().pid());
    status.put("endpoint", endpoint.toString());
    status.put("connected", now.connected());
    status.put("state", now.state());
    status.put("detail", now.detail());
    status.put("since", Instant.ofEpochMilli(now.sinceMillis()).toString());
    if (now.lastAckMillis() > 0) {
      status.put("last_ack", Instant.ofEpochMilli(now.lastAckMillis()).toString());
    }
    status.put("spool_waiting", spooled.waiting());
    status.put("spool_bytes", spooled.bytes());
    status.put("spool_last", spooled.last());
    status.put("spool_acknowledged", spooled.acknowledged());
    status.put("dropped_telemetry", spooled.droppedTelemetry());
    status.put("dropped_messages", spooled.droppedOthers());
    status.put("clock_trusted", clock.trusted());
    clock.offsetMillis().ifPresent(offset -> status.put("clock_offset_ms", offset));
    if (!reload.restartNeeded().isEmpty()) {
      status.put("restart_needed_for", reload.restartNeeded().stream().map(Key::toString).toList());
    }
    if (!reload.problem().isEmpty()) {
      status.put("config_problem", reload.problem());
    }
    return status;
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
