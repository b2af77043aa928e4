package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Paging;
import com.iottly.cli.show.Column;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "webhook",
    aliases = "webhooks",
    description = "Make, watch and repair the project's webhooks.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli webhook create Billing https://billing.example.com/iottly --type user",
      "  iottly cli webhook test Billing",
      "  iottly cli webhook deliveries Billing --limit 5",
      "  iottly cli webhook dead-letters Billing",
      "  iottly cli webhook replay Billing --since 3d"
    })
final class WebhookCommands {

  /** An attempt is answered after 15 s at the latest. */
  private static final Duration ATTEMPT = Duration.ofSeconds(30);

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("DESCRIPTION", "description"),
          Column.state("STATE", "state"),
          Column.text("TYPE", "type"),
          Column.text("CHANNEL", "channel"),
          Column.text("DEAD LETTERS", "dead_letters"),
          Column.text("URL", "url"));
  private static final List<Column> ALL_COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("DESCRIPTION", "description"),
          Column.text("URL", "url"),
          Column.text("TYPE", "type"),
          Column.text("CHANNEL", "channel"),
          Column.text("PAYLOAD ONLY", "payload_only"),
          Column.of(
              "HEADERS",
              webhook ->
                  String.join(
                      ",",
                      webhook
                          .path("headers")
                          .valueStream()
                          .map(header -> header.path("name").asText())
                          .toList())),
          Column.text("SECRET", "secret"),
          Column.state("STATE", "state"),
          Column.text("REASON", "reason"),
          Column.time("FAILING SINCE", "failing_since"),
          Column.text("PARKED DEVICES", "parked_devices"),
          Column.text("DEAD LETTERS", "dead_letters"),
          Column.text("MISSED", "missed"),
          Column.time("CREATED", "created"));
  private static final List<Column> ATTEMPT_COLUMNS =
      List.of(
          outcome(),
          Column.time("BEGUN", "begun"),
          Column.text("MS", "milliseconds"),
          Column.text("STATUS", "status"),
          Column.text("PROBLEM", "problem"),
          Column.text("ANSWER", "answer"));
  private static final List<Column> DELIVERY_COLUMNS =
      List.of(
          Column.text("NUMBER", "number"),
          outcome(),
          Column.time("BEGUN", "begun"),
          Column.text("MS", "milliseconds"),
          Column.text("STATUS", "status"),
          Column.text("ATTEMPT", "attempt"),
          Column.text("DEVICE", "device"),
          Column.text("MESSAGE", "message"),
          Column.text("PROBLEM", "problem"));
  private static final List<Column> DEAD_LETTER_COLUMNS =
      List.of(
          Column.text("MESSAGE", "message"),
          Column.text("DEVICE", "device"),
          Column.text("ATTEMPTS", "attempts"),
          Column.time("GIVEN UP", "given_up"),
          Column.text("PROBLEM", "problem"));

  private final Exchange exchange;

  WebhookCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  private static Column outcome() {
    return Column.of(
        "OUTCOME",
        attempt -> attempt.path("delivered").asBoolean() ? "delivered" : "not delivered");
  }

  /** What a message must be, and how it is sent. */
  static final class Settings {

    @Option(
        names = "--type",
        paramLabel = "TYPE",
        description = "Whose messages: iottly (of agents) or user (of scripts and apps).")
    private @Nullable String type;

    @Option(
        names = "--channel",
        paramLabel = "NAME",
        description = "Only of this channel; \"\" for all.")
    private @Nullable String channel;

    @Option(
        names = "--payload-only",
        paramLabel = "true|false",
        arity = "1",
        description = "Whether the body is the payload alone.")
    private @Nullable Boolean payloadOnly;

    @Option(
        names = "--header-file",
        paramLabel = "FILE",
        description = {
          "Custom headers, one a line: NAME: VALUE. A file, since a value may be a secret, and",
          "every user of the machine sees arguments."
        })
    private @Nullable String headerFile;

    void into(ObjectNode json) {
      if (type != null) {
        json.put("type", type);
      }
      if (channel != null) {
        json.put("channel", channel.isEmpty() ? null : channel);
      }
      if (payloadOnly != null) {
        json.put("payload_only", payloadOnly);
      }
      if (headerFile != null) {
        json.set("headers", headers(headerFile));
      }
    }

    private static ArrayNode headers(String file) {
      ArrayNode headers = JsonNodeFactory.instance.arrayNode();
      for (String line : TextFile.read(file).lines().filter(line -> !line.isBlank()).toList()) {
        int colon = line.indexOf(':');
        if (colon < 1) {
          throw new CliException(ExitCode.USAGE, "each line of " + file + " must be NAME: VALUE");
        }
        headers
            .addObject()
            .put("name", line.substring(0, colon).strip())
            .put("value", line.substring(colon + 1).strip());
      }
      return headers;
    }
  }

  @Command(name = "list", description = "Show the project's webhooks.")
  int list() {
    return exchange.list(
        exchange.in("webhooks"), Map.of(), "webhooks", Paging.WHOLE, Limit.ALL, COLUMNS);
  }

  @Command(name = "show", description = "Show all that is known of a webhook.")
  int show(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook) {
    return exchange.show(exchange.platform().get(path(hook, ""), Map.of()), ALL_COLUMNS);
  }

  @Command(
      name = "create",
      description = "Make a webhook and print the secret that signs its requests, this once only.",
      footerHeading = "%nExample:%n",
      footer = {
        "  iottly cli webhook create Billing https://billing.example.com/iottly \\",
        "    --type user --channel invoices --header-file headers.txt > secret.txt"
      })
  int create(
      @Parameters(paramLabel = "DESCRIPTION", description = "What it is for.") String description,
      @Parameters(paramLabel = "URL", description = "Where to send messages.") String url,
      @Mixin Settings settings) {
    ObjectNode body =
        JsonNodeFactory.instance
            .objectNode()
            .put("description", description)
            .put("url", url)
            .put("type", "user");
    settings.into(body);
    return secret(exchange.platform().change("POST", exchange.in("webhooks"), body));
  }

  private int secret(JsonNode webhook) {
    exchange.remark(
        "Verify requests of the webhook %s with this secret; it is not shown again."
            .formatted(webhook.path("id").asText()));
    return exchange.say(webhook, webhook.path("secret").asText());
  }

  @Command(name = "update", description = "Change a webhook; what is left out stays.")
  int update(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook,
      @Option(names = "--description", paramLabel = "TEXT", description = "What it is for.")
          @Nullable String description,
      @Option(names = "--url", paramLabel = "URL", description = "Where to send messages.")
          @Nullable String url,
      @Mixin Settings settings) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (description != null) {
      body.put("description", description);
    }
    if (url != null) {
      body.put("url", url);
    }
    settings.into(body);
    return exchange.show(exchange.platform().change("PUT", path(hook, ""), body), ALL_COLUMNS);
  }

  @Command(
      name = "rotate-secret",
      description = "Print a new secret; the old one signs too for a day.")
  int rotate(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook) {
    return secret(exchange.platform().change("POST", path(hook, "/secret"), null));
  }

  @Command(name = "delete", description = "Delete a webhook and what it had to send.")
  int delete(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook) {
    return exchange.say(
        exchange.platform().change("DELETE", path(hook, ""), null),
        "Deleted the webhook " + hook + ".");
  }

  @Command(name = "pause", description = "Hold a webhook's messages until it is resumed.")
  int pause(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook) {
    return exchange.show(
        exchange.platform().change("POST", path(hook, "/pause"), null), ALL_COLUMNS);
  }

  @Command(name = "resume", description = "Send again, what was held and what failed too.")
  int resume(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook) {
    return exchange.show(
        exchange.platform().change("POST", path(hook, "/resume"), null), ALL_COLUMNS);
  }

  @Command(
      name = "test",
      description = "Send a message made up for it; ends with 8 when it was not taken.")
  int test(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook) {
    return attempt(path(hook, "/test"), null);
  }

  @Command(
      name = "redeliver",
      description = "Send one message once more, now; ends with 8 when it was not taken.")
  int redeliver(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook,
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "MESSAGE", description = "The message's _id.") String message) {
    return attempt(
        path(hook, "/redeliver"),
        JsonNodeFactory.instance
            .objectNode()
            .put("device", exchange.deviceId(device))
            .put("message", message));
  }

  private int attempt(String path, @Nullable ObjectNode body) {
    JsonNode attempt =
        exchange.platform().change("POST", path, Map.of(), body, Map.of(), ATTEMPT).body();
    int _ = exchange.show(attempt, ATTEMPT_COLUMNS);
    return attempt.path("delivered").asBoolean() ? ExitCode.DONE : ExitCode.UNSUCCESSFUL;
  }

  /** From where on a replay sends. */
  static final class Since {

    @Option(
        names = "--since",
        paramLabel = "TIME",
        description = "From this time on, such as 2026-05-31T18:00:00Z, or 3d for 3 days ago.")
    private @Nullable Moment time;

    @Option(
        names = "--message",
        paramLabel = "ID",
        description = "From this message on, by its _id.")
    private @Nullable String message;
  }

  @Command(name = "replay", description = "Send everything again since a time or a message.")
  int replay(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook,
      @ArgGroup(multiplicity = "1") Since since) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    if (since.time != null) {
      body.put("since", since.time.toString());
    }
    if (since.message != null) {
      body.put("message", since.message);
    }
    return exchange.show(
        exchange.platform().change("POST", path(hook, "/replay"), body), ALL_COLUMNS);
  }

  @Command(name = "deliveries", description = "Show the log of its attempts, newest first.")
  int deliveries(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "At most so many, or all; default ${DEFAULT-VALUE}.")
          Limit limit) {
    return exchange.list(
        path(hook, "/deliveries"),
        Map.of(),
        "deliveries",
        Paging.behind("before", "number"),
        limit,
        DELIVERY_COLUMNS);
  }

  @Command(name = "dead-letters", description = "Show the messages it gave up, oldest first.")
  int deadLetters(
      @Parameters(paramLabel = "WEBHOOK", description = "Its description or id.") String hook,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "At most so many, or all; default ${DEFAULT-VALUE}.")
          Limit limit) {
    return exchange.list(
        path(hook, "/dead_letters"),
        Map.of(),
        "dead_letters",
        Paging.behind("after", "message"),
        limit,
        DEAD_LETTER_COLUMNS);
  }

  private String path(String hook, String rest) {
    String webhooks = exchange.in("webhooks");
    String id =
        Named.WEBHOOK.isId(hook)
            ? hook
            : Named.WEBHOOK.find(
                hook,
                sink -> exchange.platform().get(webhooks, Map.of()).path("webhooks").forEach(sink));
    return webhooks + "/" + id + rest;
  }
}
