package com.iottly.platform.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.DeviceTokens.SigningKey;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "signing-key",
    description = "Look after the keys that sign device tokens.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly admin signing-key rotate",
      "  iottly admin signing-key list",
      "  iottly admin signing-key retire KEY"
    })
final class SigningKeyCommands {

  private final Exchange exchange;

  SigningKeyCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  private DeviceTokens tokens() {
    return exchange.rooms().tokens();
  }

  @Command(name = "list", description = "Show all signing keys, oldest first.")
  int list() {
    ArrayNode all = Exchange.array();
    Table table = new Table("ID", "STATE", "CREATED");
    for (SigningKey key : tokens().keys()) {
      all.add(json(key));
      table.add(key.id(), state(key), key.created());
    }
    return exchange.show(
        all,
        all.isEmpty()
            ? "There are no signing keys yet: the first device's token makes one."
            : table.toString());
  }

  @Command(
      name = "rotate",
      description = {
        "Make a key that signs new device tokens from now on, and print its id.",
        "Tokens of the earlier keys stay good."
      })
  int rotate() {
    SigningKey key = tokens().rotate();
    return exchange.show(json(key), key.id());
  }

  @Command(
      name = "retire",
      description = {
        "Void all tokens that were signed with an earlier key.",
        "Their devices must register again."
      })
  int retire(@Parameters(paramLabel = "KEY", description = "The key's id, see list.") String id) {
    Optional<SigningKey> key = key(id);
    if (key.isEmpty()) {
      return exchange.refuse(
          "there is no signing key " + id + ": see iottly admin signing-key list");
    }
    if (!tokens().retire(id)) {
      return exchange.refuse(
          "the key " + id + " signs new tokens: run iottly admin signing-key rotate first");
    }
    return exchange.show(
        key(id).map(SigningKeyCommands::json).orElseGet(Exchange::object),
        "Retired the key " + id + ": devices with its tokens must register again.");
  }

  private Optional<SigningKey> key(String id) {
    return tokens().keys().stream().filter(key -> key.id().equals(id)).findFirst();
  }

  private static String state(SigningKey key) {
    return key.retired() ? "retired" : key.signing() ? "signing" : "accepted";
  }

  private static ObjectNode json(SigningKey key) {
    return Exchange.object()
        .put("id", key.id())
        .put("state", state(key))
        .put("created", key.created().toString());
  }
}
