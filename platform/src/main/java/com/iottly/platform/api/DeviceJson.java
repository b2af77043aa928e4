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

  /** A device as the original API shows it. */
  static final Schema DEVICE =
      Schema.object()
          .with("macaddress", Schema.text())
          .with("name", Schema.text())
          .with("operatingstatus", Schema.choice("connected", "disconnected"))
          .with("token", Schema.text("^[0-9a-f]{32}$").describedAs("Its license."))
          .with("agent_version", Schema.text().orNull())
          .with("ID", Schema.text())
          .closed()
          .named("DeviceProperties");

  static final Schema LICENSES =
      Schema.mapOf(
          "^[0-9a-f]{32}$",
          Schema.object()
              .with("status", Schema.choice("available", "paired"))
              .with(
                  "board",
                  Schema.object()
                      .maybe("macaddress", Schema.text())
                      .maybe("operatingstatus", Schema.choice("connected", "disconnected"))
                      .maybe("id", Schema.text())
                      .maybe("name", Schema.text())
                      .closed())
              .closed()
              .named("LicenseState"));

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
