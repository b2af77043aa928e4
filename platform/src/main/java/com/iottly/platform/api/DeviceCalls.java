package com.iottly.platform.api;

import com.iottly.platform.access.Scope;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Device;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.fleet.PairCode;
import com.iottly.platform.fleet.Saved;
import java.util.List;

/** Devices: properties, rename, pairing (contract §2). */
final class DeviceCalls {

  private final Fleet fleet;
  private final DeviceJson deviceJson;

  DeviceCalls(Fleet fleet, DeviceJson deviceJson) {
    this.fleet = fleet;
    this.deviceJson = deviceJson;
  }

  List<Route> routes() {
    Schema name = Schema.object().with("name", Schema.text()).open();
    return List.of(
        Route.get("project/{project}/devices/props")
            .is("listDeviceProperties", "Devices", "All devices of the project")
            .original()
            .needs(Scope.READ)
            .answers(
                Schema.object()
                    .with("count", Schema.count())
                    .with("errors", Schema.nothing())
                    .with("devices", Schema.listOf(DeviceJson.DEVICE))
                    .closed())
            .to(this::list),
        Route.get("project/{project}/device/{device}/props")
            .is("getDeviceProperties", "Devices", "One device")
            .original()
            .needs(Scope.READ)
            .answers(DeviceJson.DEVICE)
            .to(this::show),
        Route.put("project/{project}/device/{device}/props")
            .is("renameDevice", "Devices", "Gives the device another name")
            .original()
            .needs(Scope.COMMAND)
            .reads(name, "{\"name\": \"Cold room 4\"}")
            .answers(DeviceJson.DEVICE)
            .refuses(400, "bad_name")
            .to(this::rename),
        Route.post("project/{project}/device")
            .is("createPairing", "Devices", "Makes a code with which one device can register")
            .original()
            .needs(Scope.PROVISION)
            .reads(Route.Body.JSON_OF_ANY_TYPE, name, "{\"name\": \"Cold room 4\"}")
            .answers(
                Schema.object()
                    .with("pair_code", Schema.text("^ipc_[A-Za-z0-9_-]{27}$"))
                    .with("expires", Schema.moment())
                    .closed())
            .refuses(400, "bad_name")
            .to(this::createPairing));
  }

  private Answer list(ApiCall call) {
    List<Device> devices = fleet.devices().list(call.project());
    var answer = Json.object().put("count", devices.size()).putNull("errors");
    var list = answer.putArray("devices");
    devices.forEach(device -> list.add(deviceJson.device(device)));
    return Answer.ok(answer);
  }

  private Answer show(ApiCall call) {
    return Answer.ok(deviceJson.device(device(fleet, call)));
  }

  private Answer rename(ApiCall call) {
    Device device = device(fleet, call);
    return switch (fleet.devices().rename(device.project(), device.id(), call.text("name"))) {
      case Saved.Done<Device>(Device renamed) -> Answer.ok(deviceJson.device(renamed));
      case Saved.Refused<Device>(String problem) -> throw ApiError.badRequest("bad_name", problem);
      case Saved.Missing<Device>() -> throw unknownDevice();
    };
  }

  private Answer createPairing(ApiCall call) {
    return switch (fleet.pairCodes().issue(call.project(), call.text("name"))) {
      case Saved.Done<PairCode>(PairCode issued) ->
          Answer.ok(
              Json.object()
                  .put("pair_code", issued.code())
                  .put("expires", issued.expires().toString()));
      case Saved.Refused<PairCode>(String problem) ->
          throw ApiError.badRequest("bad_name", problem);
      case Saved.Missing<PairCode>() ->
          throw ApiError.forbidden("wrong_project", "The project of this key was deleted.");
    };
  }

  /** The device of the path, in the project of the path. */
  static Device device(Fleet fleet, ApiCall call) {
    ProjectId project = call.project();
    return DeviceId.parse(call.parameter("device"))
        .flatMap(id -> fleet.devices().find(project, id))
        .orElseThrow(DeviceCalls::unknownDevice);
  }

  static ApiError unknownDevice() {
    return ApiError.forbidden(
        "wrong_device",
        "This project has no such device. 'GET project/<project>/devices/props' lists those it has.");
  }
}
