package com.iottly.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.iottly.cli.http.Paging;
import com.iottly.cli.http.Platform;
import com.iottly.cli.show.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "license",
    aliases = "licenses",
    description = "Show, make and revoke licenses, the slots for devices.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli license list --status available",
      "  iottly cli license create 20",
      "  iottly cli license revoke 0f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e"
    })
final class LicenseCommands {

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("TOKEN", "token"),
          Column.state("STATUS", "status"),
          Column.text("DEVICE", "device"));

  private final Exchange exchange;

  LicenseCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(name = "list", description = "Show the project's licenses.")
  int list(
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              description = "Only available, or only paired ones.")
          @Nullable String status,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "all",
              description = "At most so many; default ${DEFAULT-VALUE}.")
          Limit limit) {
    Map<String, String> query = new LinkedHashMap<>();
    Query.put(query, "status", status);
    return exchange.list(exchange.in("licenses"), query, "licenses", Paging.CURSOR, limit, COLUMNS);
  }

  @Command(name = "create", description = "Make licenses, all or none, and print their tokens.")
  int create(
      @Parameters(
              paramLabel = "COUNT",
              arity = "0..1",
              defaultValue = "1",
              description = "How many; default ${DEFAULT-VALUE}.")
          int count) {
    var made =
        exchange
            .platform()
            .change(
                "POST",
                exchange.in("licenses"),
                JsonNodeFactory.instance.objectNode().put("count", count))
            .path("licenses");
    return exchange.say(
        made,
        made.valueStream()
            .map(license -> license.path("token").asText())
            .collect(Collectors.joining("\n")));
  }

  @Command(name = "revoke", description = "Delete a license that no device has.")
  int revoke(@Parameters(paramLabel = "TOKEN", description = "The license.") String token) {
    return exchange.say(
        exchange
            .platform()
            .change("DELETE", exchange.in("licenses/" + Platform.encoded(token)), null),
        "Revoked " + token + ".");
  }
}
