package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import com.iottly.platform.access.Scope;
import com.iottly.platform.command.CommandLimits;
import com.iottly.platform.command.CommandWatch;
import com.iottly.platform.command.Commands;
import com.iottly.platform.command.Submission;
import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.fleet.CommandForm;
import com.iottly.platform.fleet.Definition;
import com.iottly.platform.fleet.Definition.Direction;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.wire.Payload;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Commands: send, look up, list, cancel (contract §2, §5). */
final class CommandCalls {

  private static final int MAX_IDEMPOTENCY_KEY = 255;
  private static final int MAX_LISTED = 100;

  private final Fleet fleet;
  private final Commands commands;
  private final CommandWatch watch;
  private final CommandLimits limits;

  CommandCalls(Fleet fleet, Commands commands, CommandWatch watch, CommandLimits limits) {
    this.fleet = fleet;
    this.commands = commands;
    this.watch = watch;
    this.limits = limits;
  }

  List<Route> routes() {
    String device = "project/{project}/device/{device}/";
    return List.of(
        Route.post(device + "command", Scope.COMMAND, Route.Body.JSON, this::send),
        Route.get(device + "command", Scope.READ, this::list),
        Route.get(device + "command/{command}", Scope.READ, this::show),
        Route.delete(device + "command/{command}", Scope.COMMAND, this::cancel));
  }

  private Answer send(ApiCall call) throws InterruptedException {
    Device device = DeviceCalls.device(fleet, call);
    Duration wait = Duration.ofSeconds(call.query().number("wait", 0, 0, maxWaitSeconds()));
    String type = call.text("cmd_type");
    Definition definition =
        fleet
            .definitions()
            .find(device.project(), type)
            .filter(found -> found.direction() == Direction.COMMAND)
            .orElseThrow(() ->
                ApiError.badRequest(
                    "command_unknown",
                    "This project defines no command '" + QueryString.shortened(type) + "'."));
    Payload body =
        switch (CommandForm.fill(definition, call.body().get("values"))) {
          case CommandForm.Form.Filled(Payload filled) -> filled;
          case CommandForm.Form.Refused(String problem) ->
              throw ApiError.badRequest("bad_values", problem);
        };
    Submission submission =
        commands.submit(device.project(), device.id(), type, body, ttl(call), idempotencyKey(call));
    return switch (submission) {
      case Submission.Accepted(Command command, boolean repeated) ->
          answer(outcome(call, command, wait), repeated);
      case Submission.NotConnected() ->
          throw ApiError.conflict(
              "not_connected",
              "The device is not connected now, and \"ttl\": 0 asks for now only. Give a longer \"ttl\".");
      case Submission.KeyReused() ->
          throw ApiError.conflict(
              "idempotency_key_reused",
              "This Idempotency-Key was used for a different command. Use a new key for a new command.");
      case Submission.TooManyPending(int limit) ->
          throw ApiError.tooManyRequests(
              "too_many_pending",
              limit + " commands wait for this device already. Try again when some have gone out.",
              60);
      case Submission.Unavailable(String _) ->
          throw ApiError.unavailable("The platform can't store the command now. Try again.");
    };
  }

  private @Nullable Duration ttl(ApiCall call) {
    JsonNode ttl = call.body().get("ttl");
    if (ttl == null || ttl.isNull()) {
      return null;
    }
    long max = limits.maxTtl().toSeconds();
    if (!ttl.isIntegralNumber()
        || !ttl.canConvertToLong()
        || ttl.longValue() < 0
        || ttl.longValue() > max) {
      throw ApiError.badRequest(
          "bad_ttl", "\"ttl\" must be a whole number of seconds from 0 to " + max + ".");
    }
    return Duration.ofSeconds(ttl.longValue());
  }

  private static @Nullable String idempotencyKey(ApiCall call) {
    String key = call.headers().get("Idempotency-Key");
    if (key != null && (key.isEmpty() || key.length() > MAX_IDEMPOTENCY_KEY)) {
      throw ApiError.badRequest(
          "bad_idempotency_key",
          "The header Idempotency-Key must have 1 to " + MAX_IDEMPOTENCY_KEY + " characters.");
    }
    return key;
  }

  private Answer list(ApiCall call) {
    call.query().requireOnly(Set.of("limit", "before"));
    Device device = DeviceCalls.device(fleet, call);
    int limit = call.query().number("limit", 20, 1, MAX_LISTED);
    CommandId before =
        call.query().get("before").map(text -> command(device, text).id()).orElse(null);
    var answer = Json.object().put("status", 200);
    var list = answer.putArray("commands");
    commands.list(device.id(), before, limit).forEach(command -> list.add(json(command)));
    return Answer.ok(answer);
  }

  private Answer show(ApiCall call) throws InterruptedException {
    call.query().requireOnly(Set.of("wait"));
    int wait = call.query().number("wait", 0, 0, maxWaitSeconds());
    return answer(outcome(call, command(call), Duration.ofSeconds(wait)), false);
  }

  private Command outcome(ApiCall call, Command command, Duration wait)
      throws InterruptedException {
    return call.turns().aside(() -> watch.await(command, wait));
  }

  private Answer cancel(ApiCall call) {
    call.query().requireOnly(Set.of());
    return commands
        .cancel(command(call).id())
        .map(command -> answer(command, false))
        .orElseThrow(CommandCalls::unknownCommand);
  }

  private Command command(ApiCall call) {
    return command(DeviceCalls.device(fleet, call), call.parameter("command"));
  }

  private Command command(Device device, String id) {
    return CommandId.parse(id)
        .flatMap(parsed -> commands.find(device.project(), device.id(), parsed))
        .orElseThrow(CommandCalls::unknownCommand);
  }

  private static ApiError unknownCommand() {
    return ApiError.notFound("command_not_found", "This device has no such command.");
  }

  private int maxWaitSeconds() {
    return (int) limits.maxWait().toSeconds();
  }

  private static Answer answer(Command command, boolean repeated) {
    ObjectNode answer = Json.object().put("status", 200);
    answer.setAll(json(command));
    if (repeated) {
      answer.put("repeated", true);
    }
    return Answer.ok(answer);
  }

  private static ObjectNode json(Command command) {
    ObjectNode json =
        Json.object()
            .put("id", command.id().toString())
            .put("cmd_type", command.type())
            .put("state", command.state().wireName())
            .put("created", command.created().toString())
            .put("changed", command.changed().toString())
            .put("expires", command.expires().toString())
            .putRawValue("command", new RawValue(command.body().toString()));
    if (command.error() != null) {
      json.put("error_detail", command.error());
    }
    if (command.result() != null) {
      json.putRawValue("result", new RawValue(command.result().toString()));
    }
    return json;
  }
}
