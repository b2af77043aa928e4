package com.iottly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import com.iottly.cli.show.Text;
import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Channel;
import com.iottly.cli.stream.Stream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "tail",
    description = {
      "Show the end of a log on a device: its agent's, a file, or a systemd unit.",
      "Lines are chosen on the device. Ctrl-C ends --follow."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli tail \"Cold room 4\" --follow",
      "  iottly cli tail \"Cold room 4\" --file /var/log/syslog -n 100 --grep 'error|fail'",
      "  iottly cli tail \"Cold room 4\" --unit ssh.service --level warn -f",
      "",
      "The device's owner must allow files and units: [remote] log_files, log_units."
    })
final class TailCommand implements Callable<Integer> {

  private final Exchange exchange;

  @Parameters(paramLabel = "DEVICE", description = "Its name or id.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String device;

  @ArgGroup private @Nullable Source source;

  /** One of them, or none for the agent's own log. */
  static final class Source {
    @Option(names = "--file", paramLabel = "PATH", description = "A file on the device.")
    private @Nullable String file;

    @Option(names = "--unit", paramLabel = "UNIT", description = "A systemd unit's journal.")
    private @Nullable String unit;
  }

  @Option(
      names = {"-n", "--lines"},
      paramLabel = "N",
      defaultValue = "10",
      description = "So many of the last lines; default ${DEFAULT-VALUE}, at most 10000.")
  private int lines;

  @Option(
      names = {"-f", "--follow"},
      description = "Then each line as it is written.")
  private boolean follow;

  @Option(
      names = "--grep",
      paramLabel = "REGEX",
      description = "Only lines in which this is found.")
  private @Nullable String grep;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "From debug, info, warn or error on; not for files.")
  private @Nullable String level;

  TailCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() throws InterruptedException {
    ObjectNode arguments = Platform.JSON.createObjectNode().put("lines", lines);
    arguments.put("follow", follow);
    if (source != null) {
      put(arguments, "file", source.file);
      put(arguments, "unit", source.unit);
    }
    put(arguments, "grep", grep);
    put(arguments, "level", level);
    String id = exchange.deviceId(device);
    try (Stream stream = Stream.connect(exchange.platform(), exchange.project());
        Channel channel = stream.open(id, "logs", arguments)) {
      return print(channel);
    }
  }

  private static void put(ObjectNode arguments, String name, @Nullable String value) {
    if (value != null) {
      arguments.put(name, value);
    }
  }

  private int print(Channel channel) throws InterruptedException {
    var line = new ByteArrayOutputStream();
    while (!exchange.surroundings().out().checkError()) {
      switch (channel.next()) {
        case Arrival.Bytes(ByteBuffer bytes) -> print(bytes, line);
        case Arrival.Control(JsonNode control) when control.has("left_out") ->
            exchange.remark(
                "[%d lines were too many at once and are left out]"
                    .formatted(control.path("left_out").asLong()));
        case Arrival.Closed closed -> {
          return Ended.exit(closed);
        }
        case Arrival.Control _, Arrival.Interrupted _, Arrival.Resumed _ -> {}
      }
    }
    return ExitCode.DONE;
  }

  /** Whole lines, without what a terminal would take for orders. */
  private void print(ByteBuffer bytes, ByteArrayOutputStream line) {
    while (bytes.hasRemaining()) {
      byte b = bytes.get();
      if (b == '\n') {
        exchange.surroundings().out().println(Text.safe(line.toString(UTF_8)));
        line.reset();
      } else {
        line.write(b);
      }
    }
  }
}
