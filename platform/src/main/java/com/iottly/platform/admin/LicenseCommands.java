package com.iottly.platform.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.License;
import com.iottly.platform.fleet.LicenseToken;
import com.iottly.platform.fleet.Saved;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "license",
    description = "Make, show and delete a project's licenses.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly admin license create 5f0c8e6b1d2a3c4b5a697887 100",
      "  iottly admin license list 5f0c8e6b1d2a3c4b5a697887 --json"
    })
final class LicenseCommands {

  private final Exchange exchange;

  LicenseCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  @Command(name = "create", description = "Make licenses and print their tokens; all or none.")
  int create(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(
              paramLabel = "COUNT",
              arity = "0..1",
              defaultValue = "1",
              description = "How many; default 1.")
          int count) {
    return switch (exchange.rooms().fleet().licenses().create(project, count)) {
      case Saved.Done<List<License>>(List<License> made) ->
          exchange.show(
              json(made),
              made.stream()
                  .map(license -> license.token().value())
                  .collect(Collectors.joining(System.lineSeparator())));
      case Saved.Refused<List<License>>(String problem) -> exchange.refuse(problem);
      case Saved.Missing<List<License>>() -> exchange.noProject(project);
    };
  }

  @Command(name = "list", description = "Show a project's licenses, oldest first.")
  int list(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Option(
              names = "--after",
              paramLabel = "TOKEN",
              description = "Only what comes after this one.")
          @Nullable LicenseToken after,
      @Mixin Page page) {
    if (exchange.lacks(project)) {
      return exchange.noProject(project);
    }
    List<License> rest = after(exchange.rooms().fleet().licenses().list(project), after);
    List<License> shown = rest.subList(0, Math.min(page.limit, rest.size()));
    Table table = new Table("TOKEN", "STATUS", "DEVICE", "NAME");
    for (License license : shown) {
      Device device = license.device();
      table.add(
          license.token(),
          status(license),
          device == null ? null : device.id(),
          device == null ? null : device.name());
    }
    int exit =
        exchange.show(
            json(shown), shown.isEmpty() ? "There are no licenses to show." : table.toString());
    if (shown.size() < rest.size()) {
      exchange.more("--after " + shown.getLast().token());
    }
    return exit;
  }

  private static List<License> after(List<License> all, @Nullable LicenseToken token) {
    if (token == null) {
      return all;
    }
    for (int i = 0; i < all.size(); i++) {
      if (all.get(i).token().equals(token)) {
        return all.subList(i + 1, all.size());
      }
    }
    return List.of();
  }

  @Command(name = "delete", description = "Delete a license that no device has.")
  int delete(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(paramLabel = "TOKEN", description = "The license's token.") LicenseToken token) {
    return switch (exchange.rooms().fleet().licenses().delete(project, token)) {
      case DELETED ->
          exchange.show(
              Exchange.object().put("token", token.value()).put("deleted", true),
              "Deleted the license " + token + ".");
      case PAIRED ->
          exchange.refuse("a device has the license " + token + ": delete the device first");
      case UNKNOWN ->
          exchange.refuse(
              "the project has no license " + token + ": see iottly admin license list " + project);
    };
  }

  private static String status(License license) {
    return license.device() == null ? "available" : "paired";
  }

  private static ArrayNode json(List<License> licenses) {
    ArrayNode all = Exchange.array();
    for (License license : licenses) {
      Device device = license.device();
      ObjectNode json =
          Exchange.object().put("token", license.token().value()).put("status", status(license));
      all.add(json.put("device", device == null ? null : device.id().toString()));
    }
    return all;
  }
}
