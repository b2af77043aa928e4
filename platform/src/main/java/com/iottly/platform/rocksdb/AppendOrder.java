package com.iottly.platform.rocksdb;

import com.iottly.platform.core.DeviceId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** In which order the requests of a group are done. */
final class AppendOrder {

  private AppendOrder() {}

  /**
   * The same requests with the appends of each device side by side, so that its messages share
   * rows. An append only passes appends of other devices: order is promised within a device.
   */
  static List<Request> byDevice(List<Request> group) {
    List<Request> ordered = new ArrayList<>(group.size());
    Map<DeviceId, List<Request>> appends = new LinkedHashMap<>();
    for (Request request : group) {
      if (request instanceof Request.Append append) {
        appends.computeIfAbsent(append.device(), _ -> new ArrayList<>()).add(append);
      } else {
        moveTo(ordered, appends);
        ordered.add(request);
      }
    }
    moveTo(ordered, appends);
    return ordered;
  }

  private static void moveTo(List<Request> ordered, Map<DeviceId, List<Request>> appends) {
    appends.values().forEach(ordered::addAll);
    appends.clear();
  }
}
