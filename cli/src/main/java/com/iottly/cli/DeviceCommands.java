package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Paging;
import com.iottly.cli.show.Column;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "device",
    aliases = "devices",
    description = "Find, add, change and delete devices.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli device list --search cold --status disconnected",
      "  iottly cli device add \"Cold room 4\"",
      "  iottly cli device rename \"Cold room 4\" \"Cold room 5\"",
      "  iottly cli device list --json | jq -r '.[] | select(.os == null) | .id'"
    })
final class DeviceCommands {

  private static final List<Column> COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("NAME", "name"),
          Column.state("STATUS", "status"),
          Column.text("AGENT", "agent_version"),
          Column.text("TAGS", "tags"),
          Column.time("REGISTERED", "registered"));
  private static final List<Column> ALL_COLUMNS =
      List.of(
          Column.text("ID", "id"),
          Column.text("NAME", "name"),
          Column.state("STATUS", "status"),
          Column.text("TAGS", "tags"),
          Column.text("MAC", "mac"),
          Column.text("MACHINE ID", "machine_id"),
          Column.text("LICENSE", "license"),
          Column.text("AGENT", "agent_version"),
          Column.text("OS", "os"),
          Column.time("REGISTERED", "registered"),
          Column.text("WAITS FOR APPROVAL", "awaits_approval"));

  private final Exchange exchange;

  DeviceCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(name = "list", description = "Show the project's devices.")
  int list(
      @Option(
              names = "--search",
              paramLabel = "TEXT",
              description = "Only with this in name, MAC address or id.")
          @Nullable String search,
      @Option(names = "--tag", paramLabel = "T", description = "Only with this tag.")
          @Nullable String tag,
      @Option(
              names = "--status",
              paramLabel = "STATUS",
              description = "Only connected, or only disconnected ones.")
          @Nullable String status,
      @Option(
              names = "--agent-version",
              paramLabel = "V",
              description = "Only with exactly this version of the agent.")
          @Nullable String version,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "all",
              description = "At most so many; default ${DEFAULT-VALUE}.")
          Limit limit) {
    Map<String, String> query = new LinkedHashMap<>();
    Query.put(query, "search", search);
    Query.put(query, "tag", tag);
    Query.put(query, "status", status);
    Query.put(query, "agent_version", version);
    return exchange.list(exchange.in("devices"), query, "devices", Paging.CURSOR, limit, COLUMNS);
  }

  @Command(name = "show", description = "Show all that is known of a device.")
  int show(@Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device) {
    return exchange.show(exchange.platform().get(exchange.device(device), Map.of()), ALL_COLUMNS);
  }

  @Command(
      name = "add",
      description = {
        "Print a code with which one machine can become a device, once, within an hour,",
        "and what to run on it."
      },
      footerHeading = "%nExample:%n",
      footer = "  CODE=$(iottly cli device add \"Cold room 4\")")
  int add(@Parameters(paramLabel = "NAME", description = "What to call it.") String name) {
    JsonNode project = exchange.platform().get(exchange.in("inspect"), Map.of());
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
    JsonNode pairing = exchange.platform().change("POST", exchange.in("device/"), body);
    String code = pairing.path("pair_code").asText();
    ObjectNode document =
        pairing.<ObjectNode>deepCopy().put("name", name).put("install", install(project, code));
    exchange.remark(
        "Good for one machine until %s. With the agent installed, run on it, as root:%n%n  %s%n%nor, without:%n%n  %s%n"
            .formatted(
                pairing.path("expires").asText(),
                "iottly-agent provision --url %s --pair-code %s"
                    .formatted(exchange.platform().url(), code),
                install(project, code)));
    return exchange.say(document, code);
  }

  /** The same installer as the contract's public script uses. */
  private static String install(JsonNode project, String code) {
    return "curl -fsS %s | tar xz && iottly.com-agent/configure.sh -c %s -rh %s --skip-human-check"
        .formatted(
            project.path("projectgetagenturl").asText(),
            code,
            project.path("agentapihost").asText());
  }

  @Command(name = "rename", description = "Give a device another name.")
  int rename(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "NAME", description = "What to call it from now on.") String name) {
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("name", name);
    return exchange.show(
        exchange.platform().change("PATCH", exchange.device(device), body), ALL_COLUMNS);
  }

  @Command(name = "tag", description = "Give a device these tags in place of those it has.")
  int tag(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Parameters(paramLabel = "TAG", arity = "0..*", description = "The tags; none to take all.")
          @Nullable List<String> tags) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    ArrayNode array = body.putArray("tags");
    if (tags != null) {
      tags.forEach(array::add);
    }
    return exchange.show(
        exchange.platform().change("PATCH", exchange.device(device), body), ALL_COLUMNS);
  }

  @Command(
      name = "delete",
      description = "End a device's access and free its license; its messages stay.")
  int delete(
      @Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device,
      @Option(names = "--erase-messages", description = "Its messages go too, for good.")
          boolean erase) {
    Map<String, String> query = erase ? Map.of("data", "erase") : Map.of();
    return changed("DELETE", exchange.device(device), query, "Deleted " + device + ".");
  }

  @Command(
      name = "revoke",
      description = "Void a device's token and cut its connection; it may register again.")
  int revoke(@Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device) {
    return changed(
        "POST", exchange.device(device) + "/revoke", Map.of(), "Revoked " + device + ".");
  }

  private int changed(String method, String path, Map<String, String> query, String text) {
    var answer =
        exchange.platform().change(method, path, query, null, Map.of(), Duration.ZERO).body();
    return exchange.say(answer, text);
  }

  @Command(
      name = "approve",
      description = "Let the machine that waits for it take the device's place.")
  int approve(@Parameters(paramLabel = "DEVICE", description = "Its name or id.") String device) {
    return exchange.show(
        exchange
            .platform()
            .change(
                "POST",
                exchange.device(device) + "/approve",
                JsonNodeFactory.instance.objectNode()),
        ALL_COLUMNS);
  }
}
