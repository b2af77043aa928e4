package com.iottly.cli;

import com.iottly.cli.http.Paging;
import com.iottly.cli.show.Column;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "audit",
    description = "Show who changed what, when and from where, newest first.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli audit --limit 50",
      "  iottly cli audit --action device.delete --from 7d",
      "  iottly cli audit --whole-installation --actor ada"
    })
final class AuditCommand implements Callable<Integer> {

  private static final List<Column> COLUMNS =
      List.of(
          Column.time("WHEN", "moment"),
          Column.text("BY", "actor_kind"),
          Column.text("WHO", "actor"),
          Column.text("FROM", "address"),
          Column.text("ACTION", "action"),
          Column.text("TARGET", "target"),
          Column.text("DETAIL", "detail"));

  private final Exchange exchange;

  @Option(
      names = "--actor",
      paramLabel = "WHO",
      description = "Only what this user did, or the key with this id.")
  private @Nullable String actor;

  @Option(
      names = "--action",
      paramLabel = "ACTION",
      description = "Only this, such as device.delete, or all of a kind, such as device.")
  private @Nullable String action;

  @Option(names = "--from", paramLabel = "TIME", description = "Only from then on, such as 7d.")
  private @Nullable Moment from;

  @Option(names = "--to", paramLabel = "TIME", description = "Only before then.")
  private @Nullable Moment to;

  @Option(
      names = "--whole-installation",
      description = "Of all projects and users; needs an administrator's session.")
  private boolean everywhere;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "20",
      description = "At most so many, or all; default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Limit limit;

  AuditCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() {
    Map<String, String> query = new LinkedHashMap<>();
    Query.put(query, "actor", actor);
    Query.put(query, "action", action);
    Query.put(query, "from", from);
    Query.put(query, "to", to);
    String path = everywhere ? "audit" : exchange.in("audit");
    return exchange.list(path, query, "entries", Paging.CURSOR, limit, COLUMNS);
  }
}
