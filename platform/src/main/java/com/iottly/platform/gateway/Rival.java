package com.iottly.platform.gateway;

import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/**
 * What tells the machine behind one connection from that behind another of the same device. What a
 * device does not say is empty. Every boot has its own boot id and every spool its own epoch: a
 * machine that restarts becomes another rival, and never again an earlier one.
 *
 * @param address where it connects from; shown, not compared, since a device may change networks
 */
record Rival(Epoch epoch, String bootId, String machineId, String macAddress, String address) {

  private static final int MAX_TEXT = 128;

  static Rival of(Epoch epoch, Payload info, String address) {
    JsonObject facts;
    try {
      facts = new JsonObject(info.toString());
    } catch (DecodeException e) {
      facts = new JsonObject();
    }
    return new Rival(
        epoch,
        text(facts, "boot_id"),
        text(facts, "machine_id"),
        text(facts, "macaddress"),
        address);
  }

  private static String text(JsonObject facts, String name) {
    return facts.getValue(name) instanceof String text
        ? text.substring(0, Math.min(text.length(), MAX_TEXT))
        : "";
  }

  boolean isSameMachineAs(Rival other) {
    return epoch.equals(other.epoch)
        && bootId.equals(other.bootId)
        && machineId.equals(other.machineId)
        && macAddress.equals(other.macAddress);
  }

  JsonObject shown() {
    return new JsonObject()
        .put("machine_id", machineId)
        .put("boot_id", bootId)
        .put("macaddress", macAddress)
        .put("address", address);
  }
}
