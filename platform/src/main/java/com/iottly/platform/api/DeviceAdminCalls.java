package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.Scope;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.History;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Retention;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.DeviceFilter;
import com.iottly.platform.fleet.Devices;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.fleet.LicenseToken;
import com.iottly.platform.fleet.MacAddress;
import com.iottly.platform.fleet.Machine;
import com.iottly.platform.fleet.Saved;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Devices: find, make many, change, cut off, delete. */
final class DeviceAdminCalls {

  private static final String TAG = "Devices";
  private static final int MOST_AT_ONCE = 1_000;
  private static final int READ_AT_ONCE = 1_000;
  private static final Parameter.Text SEARCH =
      Parameter.Text.of("search", "Only those whose name, MAC address or id contains this.");
  private static final Parameter.Text TAGGED =
      Parameter.Text.of("tag", "Only those with this tag.");
  private static final Parameter.Text VERSION =
      Parameter.Text.of("agent_version", "Only those whose agent has exactly this version.");
  private static final Parameter.Choice STATUS =
      Parameter.Choice.of("status", "Only those.", "connected", "disconnected");
  private static final Parameter.Choice DATA =
      Parameter.Choice.of("data", "What becomes of its messages; default keep.", "keep", "erase");
  private static final Schema DEVICE =
      Schema.object()
          .with("id", Schema.text())
          .with("name", Schema.text())
          .with("tags", Schema.listOf(Schema.text()))
          .with("status", Schema.choice("connected", "disconnected"))
          .with("mac", Schema.text())
          .with("machine_id", Schema.text())
          .with("license", Schema.text())
          .with("agent_version", Schema.text().orNull())
          .with("os", Schema.text().orNull())
          .with("registered", Schema.moment())
          .with("last_seen", Schema.moment().orNull().describedAs("Of its newest message."))
          .with("awaits_approval", Schema.text().orNull())
          .closed()
          .named("Device");

  private final Fleet fleet;
  private final Devices devices;
  private final DeviceTokens tokens;
  private final Retention retention;
  private final Predicate<DeviceId> connected;
  private final History history;

  DeviceAdminCalls(
      Fleet fleet,
      DeviceTokens tokens,
      Retention retention,
      History history,
      Predicate<DeviceId> connected) {
    this.fleet = fleet;
    this.devices = fleet.devices();
    this.tokens = tokens;
    this.retention = retention;
    this.connected = connected;
    this.history = history;
  }

  List<Route> routes() {
    String device = "project/{project}/device/{device}";
    return List.of(
        Route.get("project/{project}/devices")
            .is("listDevices", TAG, "The project's devices by id")
            .needs(Scope.READ)
            .query(SEARCH, TAGGED, VERSION, STATUS, Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("devices", DEVICE))
            .to(this::list),
        Route.post("project/{project}/devices")
            .is("createDevices", TAG, "Registers many machines beforehand; an error per row")
            .needs(Scope.PROVISION)
            .reads(rows(), EXAMPLE)
            .answers(Rows.answer(ProvisionCalls.REGISTERED))
            .to(this::createMany),
        Route.get(device)
            .is("getDevice", TAG, "One device with all that is known of it")
            .needs(Scope.READ)
            .answers(DEVICE)
            .to(call -> Answer.ok(json(DeviceCalls.device(fleet, call)))),
        Route.patch(device)
            .is("updateDevice", TAG, "Changes name and tags; what is left out stays")
            .needs(Scope.COMMAND)
            .reads(
                Schema.object()
                    .maybe("name", Schema.text())
                    .maybe("tags", Schema.listOf(Schema.text()))
                    .closed(),
                """
                {"name": "Cold room 4", "tags": ["north", "cold"]}
                """)
            .answers(DEVICE)
            .refuses(400, "bad_device")
            .to(this::update),
        Route.delete(device)
            .is("deleteDevice", TAG, "Ends the device's access and frees its license")
            .needs(Scope.MANAGE)
            .query(DATA)
            .answers(Schema.object().closed())
            .to(this::delete),
        Route.post(device + "/revoke")
            .is("revokeDevice", TAG, "Voids the device's token and cuts its connection")
            .needs(Scope.MANAGE)
            .answers(Schema.object().closed())
            .to(this::revoke),
        Route.post(device + "/token")
            .is("renewDeviceToken", TAG, "Gives the device a new token; the old one is void")
            .needs(Scope.MANAGE)
            .answers(ProvisionCalls.REGISTERED)
            .to(this::renewToken),
        Route.post(device + "/approve")
            .is("approveDevice", TAG, "Lets the machine that waits take the device's place")
            .needs(Scope.MANAGE)
            .reads(
                Schema.object().maybe("machine_id", Schema.text()).closed(),
                """
                {"machine_id": "{machine_id}"}
                """)
            .answers(DEVICE)
            .refuses(409, "nobody_waits")
            .to(this::approve));
  }

  private static final String EXAMPLE =
      """
      {"devices": [{"name": "Cold room 6", "macaddress": "02:00:5e:00:53:06", "machine_id": "a6"},
        {"name": "Cold room 7", "macaddress": "not one", "machine_id": "a7"}]}
      """;

  private static Schema rows() {
    Schema row =
        Schema.object()
            .with("name", Schema.text())
            .with("macaddress", Schema.text())
            .with("machine_id", Schema.text())
            .maybe("license", Schema.text())
            .closed();
    return Schema.object().with("devices", Schema.listOf(row, 1, MOST_AT_ONCE)).closed();
  }

  private Answer list(ApiCall call) {
    Boolean wanted = STATUS.in(call).map("connected"::equals).orElse(null);
    DeviceFilter filter =
        new DeviceFilter(
            SEARCH.in(call).orElse(null),
            TAGGED.in(call).orElse(null),
            VERSION.in(call).orElse(null));
    String cursor = Paging.after(call);
    DeviceId after =
        cursor.isEmpty() ? null : DeviceId.parse(cursor).orElseThrow(Paging::badCursor);
    List<Device> found = find(call.project(), filter, wanted, after, Paging.lookFor(call));
    return Paging.answer(call, "devices", found, this::json, device -> device.id().toString());
  }

  /** Who is connected is not in SQL: passes over the others, some at a time. */
  private List<Device> find(
      ProjectId project,
      DeviceFilter filter,
      @Nullable Boolean wanted,
      @Nullable DeviceId after,
      int limit) {
    if (wanted == null) {
      return devices.list(project, filter, after, limit);
    }
    List<Device> found = new ArrayList<>();
    DeviceId last = after;
    while (true) {
      List<Device> some = devices.list(project, filter, last, READ_AT_ONCE);
      for (Device device : some) {
        if (connected.test(device.id()) == wanted) {
          found.add(device);
          if (found.size() == limit) {
            return found;
          }
        }
      }
      if (some.size() < READ_AT_ONCE) {
        return found;
      }
      last = some.getLast().id();
    }
  }

  private Answer createMany(ApiCall call) {
    return Rows.each((ArrayNode) call.body().get("devices"), row -> create(call, row));
  }

  private ObjectNode create(ApiCall call, JsonNode row) {
    String mac = row.get("macaddress").textValue();
    if (MacAddress.parse(mac).flatMap(known -> devices.find(call.project(), known)).isPresent()) {
      throw ApiError.conflict(
          "device_exists", "The project has a device with this MAC address already.");
    }
    Optional<LicenseToken> license =
        Optional.ofNullable(row.get("license"))
            .map(text -> ProvisionCalls.license(text.textValue()));
    Machine machine = new Machine(mac, row.get("machine_id").textValue(), null, null);
    Device device =
        ProvisionCalls.require(
                devices.register(
                    call.project(),
                    machine,
                    row.get("name").textValue(),
                    license.orElse(null),
                    connected))
            .device();
    return ProvisionCalls.json(call, device, tokens);
  }

  private Answer update(ApiCall call) {
    Device device = DeviceCalls.device(fleet, call);
    List<String> tags = call.body().has("tags") ? call.texts("tags") : null;
    String name = call.optionalText("name").orElse(null);
    return switch (devices.update(device.project(), device.id(), name, tags)) {
      case Saved.Done<Device>(Device changed) -> Answer.ok(json(changed));
      case Saved.Refused<Device>(String problem) ->
          throw ApiError.badRequest("bad_device", problem);
      case Saved.Missing<Device>() -> throw DeviceCalls.unknownDevice();
    };
  }

  /** Erases before it deletes: when that breaks off, the call can be made again. */
  private Answer delete(ApiCall call) {
    Device device = DeviceCalls.device(fleet, call);
    boolean erase = DATA.in(call).filter("erase"::equals).isPresent();
    if (erase) {
      boolean _ = devices.revoke(device.project(), device.id());
      retention.deleteDevice(device.id());
    }
    if (!devices.delete(device.project(), device.id(), erase ? "data erased" : "data kept")) {
      throw DeviceCalls.unknownDevice();
    }
    return Answer.ok(Json.object());
  }

  private Answer revoke(ApiCall call) {
    Device device = DeviceCalls.device(fleet, call);
    if (!devices.revoke(device.project(), device.id())) {
      throw DeviceCalls.unknownDevice();
    }
    return Answer.ok(Json.object());
  }

  private Answer renewToken(ApiCall call) {
    Device before = DeviceCalls.device(fleet, call);
    return devices
        .renewToken(before.project(), before.id())
        .map(device -> Answer.ok(ProvisionCalls.json(call, device, tokens)))
        .orElseThrow(DeviceCalls::unknownDevice);
  }

  private Answer approve(ApiCall call) {
    Device device = DeviceCalls.device(fleet, call);
    String waiting = device.awaitsApproval();
    String machine = call.optionalText("machine_id").orElse(waiting == null ? "" : waiting);
    return devices
        .approve(device.project(), device.id(), machine)
        .map(approved -> Answer.ok(json(approved)))
        .orElseThrow(() ->
            ApiError.conflict(
                "nobody_waits", "That machine does not wait to take this device's place."));
  }

  private ObjectNode json(Device device) {
    ObjectNode json = Json.object().put("id", device.id().toString()).put("name", device.name());
    device.tags().forEach(json.putArray("tags")::add);
    return json.put("status", connected.test(device.id()) ? "connected" : "disconnected")
        .put("mac", device.mac().toString())
        .put("machine_id", device.machineId())
        .put("license", device.license().value())
        .put("agent_version", device.agentVersion())
        .put("os", device.os())
        .put("registered", device.registered().toString())
        .put("last_seen", history.newest(device.id()).map(Instant::toString).orElse(null))
        .put("awaits_approval", device.awaitsApproval());
  }
}
