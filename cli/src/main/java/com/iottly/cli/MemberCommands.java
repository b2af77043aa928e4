package com.iottly.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.iottly.cli.http.Paging;
import com.iottly.cli.http.Platform;
import com.iottly.cli.show.Column;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "member",
    aliases = "members",
    description = "Show and change who belongs to a project; changes need a user's session.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli member list",
      "  iottly cli member set grace operator",
      "  iottly cli member remove grace"
    })
final class MemberCommands {

  private static final List<Column> COLUMNS =
      List.of(Column.text("USER", "user"), Column.text("ROLE", "role"));

  private final Exchange exchange;

  MemberCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(name = "list", description = "Show the project's members.")
  int list(
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "all",
              description = "At most so many; default ${DEFAULT-VALUE}.")
          Limit limit) {
    return exchange.list(
        exchange.in("members"), Map.of(), "members", Paging.CURSOR, limit, COLUMNS);
  }

  @Command(name = "set", description = "Make a user a member, or give a member another role.")
  int set(
      @Parameters(paramLabel = "USER", description = "The user's name.") String user,
      @Parameters(paramLabel = "ROLE", description = "owner, operator or viewer.") String role) {
    return exchange.show(
        exchange
            .platform()
            .change("PUT", path(user), JsonNodeFactory.instance.objectNode().put("role", role)),
        COLUMNS);
  }

  @Command(name = "remove", description = "Take a user out of the project.")
  int remove(@Parameters(paramLabel = "USER", description = "The user's name.") String user) {
    return exchange.say(
        exchange.platform().change("DELETE", path(user), null), "Removed " + user + ".");
  }

  private String path(String user) {
    return exchange.in("members/" + Platform.encoded(user));
  }
}
