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
import com.iottly.platform.core.CommandState;
import com.iottly.platform.fleet.CommandForm;
import com.iottly.platform.fleet.Definition;
import com.iottly.platform.fleet.Definition.Direction;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.wire.Payload;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands: send, look up, list, cancel (contract §2, §5). */
final class CommandCalls {

  private static final int MAX_IDEMPOTENCY_KEY = 255;
  private static final Parameter.Count LIMIT =
      new Parameter.Count("limit", 20, 1, 100, "How many to list.");
  private static final Parameter.Text BEFORE =
      Parameter.Text.of("before", "Only those before this command.");

  private final Fleet fleet;
  private final Commands commands;
  private final CommandWatch watch;
  private final CommandLimits limits;
  private final Parameter.Count wait;

  CommandCalls(Fleet fleet, Commands commands, CommandWatch watch, CommandLimits limits) {
    this.fleet = fleet;
    this.commands = commands;
    this.watch = watch;
    this.limits = limits;
    this.wait =
        new Parameter.Count(
            "wait",
            0,
            0,
            (int) limits.maxWait().toSeconds(),
            "Seconds to hold the answer until the device is done.");
  }

  List<Route> routes() {
    String device = "project/{project}/device/{device}/";
    return List.of(
        Route.post(device + "command")
            .is("sendCommand", "Commands", "Sends a command to the device")
            .original()
            .needs(Scope.COMMAND)
            .query(wait)
            .header(
                Parameter.Text.of(
                    "Idempotency-Key", "Makes a repeat of this request safe; 1 to 255 characters."))
            .reads(
                request(),
                """
                {"cmd_type": "echo", "values": {"echo.content": "hi"}, "ttl": 3600}
                """)
            .answers(
                commandMembers(Schema.object().with("status", Schema.count()))
                    .maybe("repeated", Schema.flag())
                    .closed())
            .refuses(400, "command_unknown", "bad_values", "bad_ttl", "bad_idempotency_key")
            .refuses(409, "not_connected", "idempotency_key_reused")
            .refuses(429, "too_many_pending")
            .to(this::send),
        Route.get(device + "command")
            .is("listCommands", "Commands", "The device's commands, newest first")
            .needs(Scope.READ)
            .query(LIMIT, BEFORE)
            .answers(
                Schema.object()
                    .with("status", Schema.count())
                    .with(
                        "commands",
                        Schema.listOf(commandMembers(Schema.object()).closed().named("Command")))
                    .closed())
            .refuses(404, "command_not_found")
            .to(this::list),
        Route.get(device + "command/{command}")
            .is("getCommand", "Commands", "One command")
            .needs(Scope.READ)
            .query(wait)
            .answers(commandMembers(Schema.object().with("status", Schema.count())).closed())
            .refuses(404, "command_not_found")
            .to(this::show),
        Route.delete(device + "command/{command}")
            .is("cancelCommand", "Commands", "Cancels a command the device has not confirmed")
            .needs(Scope.COMMAND)
            .answers(commandMembers(Schema.object().with("status", Schema.count())).closed())
            .refuses(404, "command_not_found")
            .to(this::cancel));
  }

  private Schema request() {
    return Schema.object()
        .with("cmd_type", Schema.text())
        .maybe("values", Schema.anyObject().orNull())
        .maybe("ttl", Schema.number(0, limits.maxTtl().toSeconds()).orNull())
        .open();
  }

  private static Schema.Members commandMembers(Schema.Members members) {
    return members
        .with("id", Schema.text())
        .with("cmd_type", Schema.text())
        .with(
            "state",
            Schema.choice(
                Arrays.stream(CommandState.values()).map(CommandState::wireName).toList()))
        .with("created", Schema.moment())
        .with("changed", Schema.moment())
        .with("expires", Schema.moment())
        .with("command", Schema.anyObject())
        .maybe("error_detail", Schema.text())
        .maybe("result", Schema.anything());
  }

  private Answer send(ApiCall call) throws InterruptedException {
    Device device = DeviceCalls.device(fleet, call);
    Duration waiting = Duration.ofSeconds(wait.in(call));
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
          answer(outcome(call, command, waiting), repeated);
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
    Device device = DeviceCalls.device(fleet, call);
    int limit = LIMIT.in(call);
    CommandId before = BEFORE.in(call).map(text -> command(device, text).id()).orElse(null);
    var answer = Json.object().put("status", 200);
    var list = answer.putArray("commands");
    commands.list(device.id(), before, limit).forEach(command -> list.add(json(command)));
    return Answer.ok(answer);
  }

  private Answer show(ApiCall call) throws InterruptedException {
    int seconds = wait.in(call);
    return answer(outcome(call, command(call), Duration.ofSeconds(seconds)), false);
  }

  private Command outcome(ApiCall call, Command command, Duration wait)
      throws InterruptedException {
    return call.turns().aside(() -> watch.await(command, wait));
  }

  private Answer cancel(ApiCall call) {
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
