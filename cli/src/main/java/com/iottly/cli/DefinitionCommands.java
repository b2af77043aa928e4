package com.iottly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Paging;
import com.iottly.cli.http.Platform;
import com.iottly.cli.show.Column;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "definition",
    aliases = "definitions",
    description = "Show and change the commands and events that a project defines.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli definition list",
      "  iottly cli definition show echo --json > echo.json",
      "  iottly cli definition create setpoint.json",
      "  iottly cli definition update setpoint - < setpoint.json"
    })
final class DefinitionCommands {

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("TYPE", "type"),
          Column.text("DIRECTION", "direction"),
          Column.of("KEYWORDS", DefinitionCommands::keywords),
          Column.text("DESCRIPTION", "description"));

  private final Exchange exchange;

  DefinitionCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  /** As one gives them to {@code command send}. */
  private static String keywords(JsonNode definition) {
    List<String> keywords = new ArrayList<>();
    for (JsonNode keyword : definition.path("keywords")) {
      String name = keyword.path("name").asText();
      List<String> choices = new ArrayList<>();
      keyword.path("values").forEach(value -> choices.add(value.asText()));
      keywords.add(
          switch (keyword.path("type").asText()) {
            case "FixedValue" -> name + "=\"" + keyword.path("value").asText() + '"';
            case "MultipleChoice" -> name + "=" + String.join("|", choices);
            default -> name + "=…";
          });
    }
    return String.join(" ", keywords);
  }

  @Command(name = "list", description = "Show the project's definitions.")
  int list() {
    return exchange.list(
        exchange.in("definitions"), Map.of(), "definitions", Paging.WHOLE, Limit.ALL, COLUMNS);
  }

  @Command(name = "show", description = "Show one; with --json as create and update read it.")
  int show(@Parameters(paramLabel = "TYPE", description = "Its type.") String type) {
    return exchange.show(exchange.platform().get(path(type), Map.of()), COLUMNS);
  }

  @Command(name = "create", description = "Define a command or an event.")
  int create(
      @Parameters(paramLabel = "FILE", description = "A JSON object; - for standard input.")
          String file) {
    return exchange.show(
        exchange.platform().change("POST", exchange.in("definitions"), read(file)), COLUMNS);
  }

  @Command(name = "update", description = "Put another definition in the place of one.")
  int update(
      @Parameters(paramLabel = "TYPE", description = "Its type.") String type,
      @Parameters(paramLabel = "FILE", description = "A JSON object; - for standard input.")
          String file) {
    return exchange.show(exchange.platform().change("PUT", path(type), read(file)), COLUMNS);
  }

  @Command(name = "delete", description = "Remove a definition.")
  int delete(@Parameters(paramLabel = "TYPE", description = "Its type.") String type) {
    return exchange.say(
        exchange.platform().change("DELETE", path(type), null),
        "Deleted the definition " + type + ".");
  }

  private String path(String type) {
    return exchange.in("definitions/" + Platform.encoded(type));
  }

  private ObjectNode read(String file) {
    try {
      if (Platform.JSON.readTree(text(file)) instanceof ObjectNode object) {
        return object;
      }
      throw new CliException(ExitCode.USAGE, file + " must have a JSON object in it");
    } catch (JsonProcessingException e) {
      throw new CliException(ExitCode.USAGE, file + " is not JSON: " + e.getOriginalMessage());
    }
  }

  private String text(String file) {
    if (!file.equals("-")) {
      return TextFile.read(file);
    }
    try {
      StringWriter text = new StringWriter();
      long _ = exchange.surroundings().in().transferTo(text);
      return text.toString();
    } catch (IOException e) {
      throw new UncheckedIOException("standard input can't be read", e);
    }
  }
}
