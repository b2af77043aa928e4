package com.iottly.agent.link;

import com.iottly.agent.json.Json;
import com.iottly.wire.Payload;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What HELLO says about the agent.
 *
 * @param version the agent's version
 * @param facts about the device
 */
public record Self(String version, Map<String, ? extends @Nullable Object> facts) {

  /** The facts, and the services to which the platform may open channels. */
  Payload info(List<String> services) {
    var info = new LinkedHashMap<String, @Nullable Object>(facts);
    info.put("services", services);
    return Json.payload(info);
  }
}
