package com.iottly.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Paging;
import com.iottly.cli.show.Column;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "key",
    aliases = "keys",
    description = "Show, make and delete a project's API keys.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli key create \"Analytics dashboard\" --scope read --expires 90d",
      "  iottly cli key list",
      "  iottly cli key delete \"Analytics dashboard\""
    })
final class KeyCommands {

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("DESCRIPTION", "description"),
          Column.text("SCOPES", "scopes"),
          Column.time("CREATED", "created"),
          Column.time("EXPIRES", "expires"),
          Column.time("LAST USED", "last_used"));

  private final Exchange exchange;

  KeyCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(name = "list", description = "Show the project's keys, without their secrets.")
  int list() {
    return exchange.list(exchange.in("keys"), Map.of(), "keys", Paging.WHOLE, Limit.ALL, COLUMNS);
  }

  @Command(
      name = "create",
      description = "Make a key and print its secret, which is never shown again.",
      footerHeading = "%nExample:%n",
      footer = {
        "  (umask 077; iottly cli key create \"Reporting\" --scope read --expires 90d > key.txt)"
      })
  int create(
      @Parameters(
              paramLabel = "DESCRIPTION",
              description = "Whose or what for it is, such as \"Analytics dashboard\".")
          String description,
      @Option(
              names = "--scope",
              paramLabel = "SCOPE",
              split = ",",
              description = {
                "What it is good for: provision, read, command, manage, remote; repeatable.",
                "Default: provision, read, command."
              })
          @Nullable List<String> scopes,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              description = "It ends then, such as 2030-12-31, or after, such as 90d.")
          @Nullable String expires) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("description", description);
    if (scopes != null) {
      ArrayNode array = body.putArray("scopes");
      scopes.forEach(array::add);
    }
    if (expires != null) {
      body.put("expires", end(expires).toString());
    }
    var made = exchange.platform().change("POST", exchange.in("keys"), body);
    exchange.remark("Keep this secret: it is not shown again.");
    return exchange.say(made, made.path("secret").asText());
  }

  private Instant end(String text) {
    try {
      return text.matches("\\d+[smhd]")
          ? exchange.now().plus(Moment.duration(text))
          : Moment.parse(text, exchange.now()).instant();
    } catch (DateTimeException e) {
      throw new CliException(
          ExitCode.USAGE, "--expires must be like 90d or 2030-12-31, not '" + text + "'");
    }
  }

  @Command(name = "delete", description = "Delete a key; it is void at once.")
  int delete(@Parameters(paramLabel = "KEY", description = "Its description or id.") String key) {
    String id =
        Named.KEY.isId(key)
            ? key
            : Named.KEY.find(
                key,
                sink ->
                    exchange
                        .platform()
                        .get(exchange.in("keys"), Map.of())
                        .path("keys")
                        .forEach(sink));
    return exchange.say(
        exchange.platform().change("DELETE", exchange.in("keys/" + id), null),
        "Deleted the key " + key + ".");
  }
}
