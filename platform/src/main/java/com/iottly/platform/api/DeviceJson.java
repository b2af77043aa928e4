package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.License;
import java.util.function.Predicate;

/**
 * Devices and licenses in their public form (contract §2).
 *
 * @param connected whether a device is connected now
 */
record DeviceJson(Predicate<DeviceId> connected) {

  ObjectNode device(Device device) {
    return Json.object()
        .put("macaddress", device.mac().toString())
        .put("name", device.name())
        .put("operatingstatus", operatingStatus(device))
        .put("token", device.license().value())
        .put("agent_version", device.agentVersion())
        .put("ID", device.id().toString());
  }

  ObjectNode license(License license) {
    Device device = license.device();
    ObjectNode board = Json.object();
    if (device != null) {
      board
          .put("macaddress", device.mac().toString())
          .put("operatingstatus", operatingStatus(device))
          .put("id", device.id().toString())
          .put("name", device.name());
    }
    ObjectNode json = Json.object().put("status", device == null ? "available" : "paired");
    json.set("board", board);
    return json;
  }

  private String operatingStatus(Device device) {
    return connected.test(device.id()) ? "connected" : "disconnected";
  }
}
