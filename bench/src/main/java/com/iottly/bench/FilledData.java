package com.iottly.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.wire.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * A server's data that this bench filled through the protocol, and can use again.
 *
 * <p>Beside the data lies {@code bench.json}, readable by its owner only: project, key and devices
 * with their tokens, secrets included. Each device's epoch follows from its id, so that an
 * interrupted fill goes on where the server's WELCOME says.
 */
final class FilledData {

  private static final int BATCH = 250;
  private static final int WINDOW = 2000;
  private static final Duration LIMIT = Duration.ofHours(2);

  private final Path directory;

  FilledData(Path directory) {
    this.directory = directory;
  }

  Path directory() {
    return directory;
  }

  private Path manifest() {
    return directory.resolve("bench.json");
  }

  boolean exists() {
    return Files.exists(manifest());
  }

  /**
   * The fleet in the data, made first when there is none, with the history it is to have.
   *
   * @param server runs on that data
   * @param messages in all, of which the first device has {@code large}
   */
  Provisioning.Fleet fill(ServerProcess server, int devices, long messages, long large, int size) {
    Provisioning.Fleet fleet;
    if (exists()) {
      fleet = read();
    } else {
      fleet = Provisioning.fleet(server, devices, null);
      write(fleet);
    }
    long perDevice = (messages - large) / Math.max(1, fleet.devices().size() - 1);
    BatchTemplate template = new BatchTemplate(BATCH, size, true, new Random(1));
    List<Peer> peers = new ArrayList<>();
    for (Device device : fleet.devices()) {
      Load load = Load.fill(WINDOW, device.number() == 0 ? large : perDevice);
      peers.add(new LinkPeer(peers.size(), load, device, epoch(device), template));
    }
    Progress progress = new Progress("fill the history", messages);
    try (LoadEngine engine = LoadEngine.start(peers, server.address(), 0)) {
      engine.awaitLive(Duration.ofMinutes(2));
      engine.go();
      engine.awaitDone(LIMIT, progress::at);
    }
    progress.done();
    return fleet;
  }

  private static Epoch epoch(Device device) {
    UUID id = UUID.fromString(device.id());
    return new Epoch(id.getMostSignificantBits(), id.getLeastSignificantBits());
  }

  Provisioning.Fleet read() {
    try {
      JsonNode root = Api.JSON.readTree(Files.readString(manifest()));
      List<Device> devices = new ArrayList<>();
      for (JsonNode device : root.path("devices")) {
        devices.add(
            new Device(Api.required(device, "id"), Api.required(device, "token"), devices.size()));
      }
      return new Provisioning.Fleet(
          Api.required(root, "project"), Api.required(root, "key"), devices);
    } catch (IOException e) {
      throw new BenchException("can't read " + manifest() + ": " + BenchException.reason(e), e);
    }
  }

  private void write(Provisioning.Fleet fleet) {
    ObjectNode root = Api.JSON.createObjectNode();
    root.put("project", fleet.project()).put("key", fleet.key());
    ArrayNode devices = root.putArray("devices");
    for (Device device : fleet.devices()) {
      devices.addObject().put("id", device.id()).put("token", device.token());
    }
    try {
      Files.createFile(
          manifest(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(manifest(), root.toString());
    } catch (IOException e) {
      throw new BenchException("can't write " + manifest() + ": " + BenchException.reason(e), e);
    }
  }
}
