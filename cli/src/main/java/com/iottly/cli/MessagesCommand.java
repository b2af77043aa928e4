package com.iottly.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "messages",
    description = {
      "Show what a device sent, newest first; with --follow, what it sends from now on.",
      "Following misses nothing and repeats nothing, not even while the platform is away."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli messages \"Cold room 4\"",
      "  iottly cli messages \"Cold room 4\" --from 2h --type userdefined --limit all",
      "  iottly cli messages \"Cold room 4\" --query '{\"payload.celsius\": {\"$gt\": -15}}'",
      "  iottly cli messages \"Cold room 4\" --follow --json | jq -c .payload",
      "",
      "The language of --query is MongoDB's: docs/query-language.md."
    })
final class MessagesCommand implements Callable<Integer> {

  private static final Limit USUAL = new Limit(20);

  private final Exchange exchange;

  @Parameters(paramLabel = "DEVICE", description = "Its name or id.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String device;

  @Option(
      names = {"-f", "--follow"},
      description = {
        "The last --limit messages (or all since --from), oldest first, then each as it comes.",
        "With --json: one JSON object a line."
      })
  private boolean follow;

  @Option(
      names = "--query",
      paramLabel = "JSON",
      description = "Only messages that this MongoDB filter matches.")
  private @Nullable String query;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      description = "Only from then on: 2026-05-31T18:00:00Z, 2026-05-31 (UTC), or 2h for 2 h ago.")
  private @Nullable Moment from;

  @Option(names = "--to", paramLabel = "TIME", description = "Only before then.")
  private @Nullable Moment to;

  @Option(names = "--type", paramLabel = "TYPE", description = "userdefined or iottlyagent.")
  private @Nullable String type;

  @Option(names = "--channel", paramLabel = "NAME", description = "Only of this channel.")
  private @Nullable String channel;

  @Option(names = "--limit", paramLabel = "N", description = "At most so many, or all; default 20.")
  private @Nullable Limit limit;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "How often --follow looks; default ${DEFAULT-VALUE}.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Duration interval;

  MessagesCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (follow && to != null) {
      throw new CliException(ExitCode.USAGE, "--follow has no end: leave out --to");
    }
    MessageFilter filter = filter();
    String path = exchange.in("messages/" + exchange.deviceId(device));
    MessagePrinter printer = new MessagePrinter(exchange.surroundings(), exchange.isJson());
    MessageHistory history = new MessageHistory(exchange.platform(), path, filter);
    if (follow) {
      return new Follow(exchange, history, printer, interval).run(first());
    }
    printer.begin();
    boolean more =
        history.newestFirst(limit == null ? USUAL.count() : limit.count(), printer::inList);
    printer.end();
    if (more) {
      exchange.remark("There are more: see --limit.");
    }
    return ExitCode.DONE;
  }

  /** How many a follower begins with. */
  private Limit first() {
    if (limit != null) {
      return limit;
    }
    return from == null ? USUAL : Limit.ALL;
  }

  private MessageFilter filter() {
    MessageFilter filter = MessageFilter.EVERYTHING;
    if (query != null) {
      filter = filter.and(object(query));
    }
    if (from != null) {
      filter = filter.and("timestamp", "$gte", date(from));
    }
    if (to != null) {
      filter = filter.and("timestamp", "$lt", date(to));
    }
    if (type != null) {
      filter = filter.and("type", "$eq", JsonNodeFactory.instance.textNode(type(type)));
    }
    if (channel != null) {
      filter = filter.and("channel", "$eq", JsonNodeFactory.instance.textNode(channel));
    }
    return filter;
  }

  /** The filter language would match nothing and say nothing. */
  private static String type(String name) {
    if (name.equals("userdefined") || name.equals("iottlyagent")) {
      return name;
    }
    throw new CliException(
        ExitCode.USAGE, "--type must be userdefined or iottlyagent, not '" + name + "'");
  }

  private static JsonNode date(Moment moment) {
    return JsonNodeFactory.instance.objectNode().put("$date", moment.toString());
  }

  private static ObjectNode object(String text) {
    try {
      if (Platform.JSON.readTree(text) instanceof ObjectNode object) {
        return object;
      }
    } catch (JsonProcessingException e) {
      throw new CliException(
          ExitCode.USAGE, "--query is not JSON: " + e.getOriginalMessage() + "; quote it with '…'");
    }
    throw new CliException(
        ExitCode.USAGE, "--query must be a JSON object, such as '{\"type\": \"userdefined\"}'");
  }
}
