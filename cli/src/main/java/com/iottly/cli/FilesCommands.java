package com.iottly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import com.iottly.cli.show.Column;
import com.iottly.cli.show.Table;
import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Channel;
import com.iottly.cli.stream.Stream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "files",
    description = {
      "List, fetch and store files of a device.",
      "A copy that is cut goes on where it was, and counts only with the right checksum."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli files ls \"Cold room 4\" /srv/data",
      "  iottly cli files get \"Cold room 4\" /srv/data/trace.bin",
      "  iottly cli files put \"Cold room 4\" new.conf /srv/app/app.conf --mode 640",
      "",
      "The device's owner must allow it: [remote] files = true, files_read, files_write."
    })
final class FilesCommands {

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("MODE", "mode"),
          Column.text("OWNER", "owner"),
          Column.text("SIZE", "size"),
          Column.time("MODIFIED", "modified"),
          Column.text("TYPE", "type"),
          Column.text("NAME", "name"));

  private final Exchange exchange;

  FilesCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(name = "ls", description = "Show what is in a directory, or one file.")
  int list(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "PATH", description = "On the device, absolute.") String path)
      throws IOException, InterruptedException {
    ObjectNode arguments = Copy.arguments("list", path);
    var lines = new ByteArrayOutputStream();
    String id = exchange.deviceId(device);
    try (Stream stream = Stream.connect(exchange.platform(), exchange.project());
        Channel channel = stream.open(id, "files", arguments)) {
      Arrival arrival = channel.next();
      while (!(arrival instanceof Arrival.Closed)) {
        if (arrival instanceof Arrival.Bytes(ByteBuffer bytes)) {
          lines.write(bytes.array(), bytes.position(), bytes.remaining());
        }
        arrival = channel.next();
      }
      int _ = Ended.exit((Arrival.Closed) arrival);
    }
    return print(lines.toString(UTF_8));
  }

  private int print(String lines) throws IOException {
    List<JsonNode> entries = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      entries.add(Platform.JSON.readTree(line));
    }
    entries.sort(Comparator.comparing(entry -> entry.path("name").asText()));
    Table table = new Table(COLUMNS, exchange.now());
    entries.forEach(table::add);
    return exchange.say(Platform.JSON.createArrayNode().addAll(entries), table);
  }

  @Command(name = "get", description = "Fetch a file; a copy that was cut before goes on.")
  int get(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "PATH", description = "On the device, absolute.") String path,
      @Parameters(
              paramLabel = "FILE",
              arity = "0..1",
              description = "Here; by default of the same name, in this directory.")
          @Nullable String file)
      throws IOException, InterruptedException {
    Path name = Path.of(path).getFileName();
    Path local = Path.of(file != null ? file : String.valueOf(name));
    if (Files.isDirectory(local)) {
      local = local.resolve(String.valueOf(name));
    }
    JsonNode result = new Fetching(exchange, exchange.deviceId(device), path, local).run();
    return done(result, "%s is here, %s, SHA-256 %s", local.toString());
  }

  @Command(name = "put", description = "Store a file; a copy that was cut before goes on.")
  int put(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "FILE", description = "Here.") Path file,
      @Parameters(paramLabel = "PATH", description = "On the device, absolute.") String path,
      @Option(
              names = "--mode",
              paramLabel = "MODE",
              description = "Its permissions, such as 644; by default those it has, or 644.")
          @Nullable String mode)
      throws IOException, InterruptedException {
    if (!Files.isRegularFile(file)) {
      throw new CliException(ExitCode.USAGE, "'%s' is not a file".formatted(file));
    }
    JsonNode result = new Storing(exchange, exchange.deviceId(device), file, path, mode).run();
    return done(result, "%s is there, %s, SHA-256 %s", path);
  }

  private int done(JsonNode result, String sentence, String name) {
    String size = Progress.amount(result.path("size").asLong());
    return exchange.say(result, sentence.formatted(name, size, result.path("sha256").asText()));
  }
}
