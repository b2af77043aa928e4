package com.iottly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Paging;
import com.iottly.cli.http.Platform;
import com.iottly.cli.http.UnreachableException;
import com.iottly.cli.show.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "command",
    aliases = "commands",
    description = "Send commands to devices and see what became of them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli command send \"Cold room 4\" echo --wait 10",
      "  iottly cli command send \"Cold room 4\" examplecommand status=start --ttl 1h",
      "  iottly cli command list \"Cold room 4\" --limit 5",
      "  iottly cli command cancel \"Cold room 4\" 018f6c6e-7d55-7c3e-9a47-0d3a8f1b2c4d"
    })
final class CommandCommands {

  private static final Duration LONGEST_HOLD = Duration.ofSeconds(60);
  private static final List<Column> COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("TYPE", "cmd_type"),
          Column.state("STATE", "state"),
          Column.time("CREATED", "created"),
          Column.time("CHANGED", "changed"),
          Column.text("ERROR", "error_detail"));
  private static final List<Column> ALL_COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("COMMAND", "command"),
          Column.state("STATE", "state"),
          Column.time("CREATED", "created"),
          Column.time("CHANGED", "changed"),
          Column.time("EXPIRES", "expires"),
          Column.text("RESULT", "result"),
          Column.text("ERROR", "error_detail"));

  private final Exchange exchange;

  CommandCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(
      name = "send",
      description = {
        "Send a command; it is safe on the platform when this returns.",
        "With --wait, ends with 0 when the device succeeded, 8 when it did not, 9 when that is",
        "not known yet."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  iottly cli command send \"Cold room 4\" examplecommand status=start --wait 30",
        "  iottly cli command send \"Cold room 4\" setpoint celsius:=-18.5 unit=C",
        "  iottly cli command send \"Cold room 4\" echo --ttl 0    # only if it is connected now"
      })
  int send(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "TYPE", description = "A command that the project defines.")
          String type,
      @Parameters(
              paramLabel = "KEYWORD=VALUE",
              arity = "0..*",
              description = "A text; behind := JSON, so celsius:=5 is a number, not a text.")
          @Nullable List<String> values,
      @Option(
              names = "--wait",
              paramLabel = "TIME",
              description = "Wait so long for the device to be done, such as 30s.")
          @Nullable Duration wait,
      @Option(
              names = "--ttl",
              paramLabel = "TIME",
              description = "How long it may wait for its device, such as 1h; 0: only now.")
          @Nullable Duration ttl,
      @Option(
              names = "--idempotency-key",
              paramLabel = "KEY",
              description = "Sent again with the same key, it is not done again.")
          @Nullable String key) {
    ObjectNode body = body(type, values == null ? List.of() : values);
    if (ttl != null) {
      body.put("ttl", ttl.toSeconds());
    }
    String path = exchange.device(device) + "/command";
    JsonNode sent =
        post(path, body, key == null ? exchange.surroundings().random().get().toString() : key);
    return wait == null ? exchange.show(sent, ALL_COLUMNS) : outcome(path, sent, wait);
  }

  private JsonNode post(String path, ObjectNode body, String key) {
    try {
      Map<String, String> headers = Map.of("Idempotency-Key", key);
      return exchange
          .platform()
          .change("POST", path, Map.of(), body, headers, Duration.ZERO)
          .body();
    } catch (UnreachableException e) {
      exchange.warn(
          "it is not known whether the platform has the command; to send it again, but not twice: "
              + "--idempotency-key "
              + key);
      throw e;
    }
  }

  private static ObjectNode body(String type, List<String> values) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("cmd_type", type);
    ObjectNode members = body.putObject("values");
    for (String value : values) {
      int equals = value.indexOf('=');
      boolean json = equals > 0 && value.charAt(equals - 1) == ':';
      String keyword = value.substring(0, Math.max(0, json ? equals - 1 : equals));
      if (keyword.isEmpty()) {
        throw new CliException(
            ExitCode.USAGE, "'" + value + "' must be like KEYWORD=VALUE, such as status=start");
      }
      String text = value.substring(equals + 1);
      members.set(
          keyword.startsWith(type + ".") ? keyword : type + "." + keyword,
          json ? json(keyword, text) : JsonNodeFactory.instance.textNode(text));
    }
    return body;
  }

  private static JsonNode json(String keyword, String text) {
    try {
      return Platform.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new CliException(
          ExitCode.USAGE,
          "behind '%s:=' must stand JSON, such as 5 or true; for a text write %s=%s"
              .formatted(keyword, keyword, text));
    }
  }

  /** The platform holds an answer only so long; asks again until the time is over. */
  private int outcome(String path, JsonNode sent, Duration wait) {
    JsonNode command = sent;
    Instant end = exchange.now().plus(wait);
    while (!isDecided(command)) {
      Duration left = Duration.between(exchange.now(), end);
      if (!left.isPositive()) {
        break;
      }
      Duration held = left.compareTo(LONGEST_HOLD) > 0 ? LONGEST_HOLD : left;
      long seconds = Math.max(1, held.toSeconds());
      command =
          exchange
              .platform()
              .get(
                  path + "/" + command.path("id").asText(),
                  Map.of("wait", Long.toString(seconds)),
                  held);
    }
    int _ = exchange.show(command, ALL_COLUMNS);
    return exit(command);
  }

  private static boolean isDecided(JsonNode command) {
    return exit(command) != ExitCode.UNDECIDED;
  }

  private static int exit(JsonNode command) {
    return switch (command.path("state").asText()) {
      case "succeeded" -> ExitCode.DONE;
      case "failed", "expired", "cancelled" -> ExitCode.UNSUCCESSFUL;
      default -> ExitCode.UNDECIDED;
    };
  }

  @Command(name = "list", description = "Show a device's commands, newest first.")
  int list(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "At most so many, or all; default ${DEFAULT-VALUE}.")
          Limit limit) {
    return exchange.list(
        exchange.device(device) + "/command",
        Map.of(),
        "commands",
        Paging.behind("before", "id"),
        limit,
        COLUMNS);
  }

  @Command(
      name = "show",
      description = "Show a command; with --wait, ends with 8 or 9 as send does.")
  int show(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "COMMAND", description = "The command's id.") String id,
      @Option(names = "--wait", paramLabel = "TIME", description = "Wait so long until it is done.")
          @Nullable Duration wait) {
    String path = exchange.device(device) + "/command";
    JsonNode command = exchange.platform().get(path + "/" + Platform.encoded(id), Map.of());
    return wait == null ? exchange.show(command, ALL_COLUMNS) : outcome(path, command, wait);
  }

  @Command(name = "cancel", description = "Cancel a command that the device has not confirmed.")
  int cancel(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "COMMAND", description = "The command's id.") String id) {
    JsonNode command =
        exchange
            .platform()
            .change("DELETE", exchange.device(device) + "/command/" + Platform.encoded(id), null);
    int _ = exchange.show(command, ALL_COLUMNS);
    return command.path("state").asText().equals("cancelled")
        ? ExitCode.DONE
        : ExitCode.UNSUCCESSFUL;
  }
}
