package com.iottly.platform.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Devices;
import com.iottly.platform.fleet.Saved;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "device",
    description = "Show, rename, cut off and delete a project's devices.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly admin device list 5f0c8e6b1d2a3c4b5a697887",
      "  iottly admin device rename 5f0c8e6b1d2a3c4b5a697887 \\",
      "    4d1b9a34-6c1f-4f5e-8a55-0c9f5b0c7a21 \"Cold room 4\"",
      "See also iottly admin pair, which adds a device."
    })
final class DeviceCommands {

  private final Exchange exchange;

  DeviceCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  private Devices devices() {
    return exchange.rooms().fleet().devices();
  }

  @Command(name = "list", description = "Show a project's devices by id.")
  int list(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Option(
              names = "--after",
              paramLabel = "DEVICE",
              description = "Only what comes after this id.")
          @Nullable DeviceId after,
      @Mixin Page page) {
    if (exchange.lacks(project)) {
      return exchange.noProject(project);
    }
    List<Device> found = devices().list(project, after, page.limit + 1);
    List<Device> shown = found.subList(0, Math.min(page.limit, found.size()));
    ArrayNode all = Exchange.array();
    Table table = new Table("ID", "NAME", "STATUS", "MAC", "LICENSE", "AGENT", "WAITING MACHINE");
    for (Device device : shown) {
      all.add(json(device));
      table.add(
          device.id(),
          device.name(),
          status(device),
          device.mac(),
          device.license(),
          device.agentVersion(),
          device.awaitsApproval());
    }
    int exit = exchange.show(all, all.isEmpty() ? "There are no devices." : table.toString());
    if (shown.size() < found.size()) {
      exchange.more("--after " + shown.getLast().id());
    }
    return exit;
  }

  @Command(name = "rename", description = "Give a device another name.")
  int rename(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(paramLabel = "DEVICE", description = "The device's id.") DeviceId id,
      @Parameters(paramLabel = "NAME", description = "1 to 100 characters.") String name) {
    return switch (devices().rename(project, id, name)) {
      case Saved.Done<Device>(Device device) ->
          exchange.show(
              json(device), "The device " + id + " is called \"" + device.name() + "\" now.");
      case Saved.Refused<Device>(String problem) -> exchange.refuse(problem);
      case Saved.Missing<Device>() -> noDevice(project, id);
    };
  }

  @Command(
      name = "revoke",
      description = "Void a device's token and cut its connection; it may register again.")
  int revoke(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(paramLabel = "DEVICE", description = "The device's id.") DeviceId id) {
    return devices().revoke(project, id)
        ? exchange.show(
            Exchange.object().put("id", id.toString()).put("revoked", true),
            "Revoked the token of the device " + id + ": it must register again.")
        : noDevice(project, id);
  }

  @Command(
      name = "delete",
      description = {
        "End a device's access and free its license.",
        "Its messages stay, and its id for its MAC address."
      })
  int delete(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(paramLabel = "DEVICE", description = "The device's id.") DeviceId id) {
    return devices().delete(project, id)
        ? exchange.show(
            Exchange.object().put("id", id.toString()).put("deleted", true),
            "Deleted the device " + id + ".")
        : noDevice(project, id);
  }

  @Command(
      name = "approve",
      description = "Let the machine that waits for it take a device's place when it asks again.",
      footerHeading = "%nExample:%n",
      footer = {
        "  iottly admin device approve 5f0c8e6b1d2a3c4b5a697887 \\",
        "    4d1b9a34-6c1f-4f5e-8a55-0c9f5b0c7a21 --machine 9f3c1d0e5b7a4c62"
      })
  int approve(
      @Parameters(paramLabel = "PROJECT", description = "The project's id.") ProjectId project,
      @Parameters(paramLabel = "DEVICE", description = "The device's id.") DeviceId id,
      @Option(
              names = "--machine",
              paramLabel = "ID",
              description = "Only this machine; default: the one that waits now, see list.")
          @Nullable String machine) {
    Optional<Device> device = devices().find(project, id);
    if (device.isEmpty()) {
      return noDevice(project, id);
    }
    String waiting = device.get().awaitsApproval();
    if (waiting == null) {
      return exchange.refuse("no machine waits to become the device " + id);
    }
    String chosen = machine == null ? waiting : machine;
    Optional<Device> approved = devices().approve(project, id, chosen);
    return approved.isPresent()
        ? exchange.show(
            json(approved.get()).put("approved_machine", chosen),
            "The machine " + chosen + " becomes the device " + id + " when it asks again.")
        : exchange.refuse(
            "the machine " + chosen + " does not wait to become the device " + id + ": see list");
  }

  private int noDevice(ProjectId project, DeviceId id) {
    return exchange.refuse(
        "the project has no device " + id + ": see iottly admin device list " + project);
  }

  private String status(Device device) {
    return exchange.rooms().connected().test(device.id()) ? "connected" : "disconnected";
  }

  private ObjectNode json(Device device) {
    return Exchange.object()
        .put("id", device.id().toString())
        .put("project", device.project().value())
        .put("name", device.name())
        .put("status", status(device))
        .put("mac", device.mac().value())
        .put("license", device.license().value())
        .put("agent_version", device.agentVersion())
        .put("os", device.os())
        .put("registered", device.registered().toString())
        .put("awaits_approval", device.awaitsApproval());
  }
}
