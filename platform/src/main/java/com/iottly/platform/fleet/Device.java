package com.iottly.platform.fleet;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A registered device (contract §1).
 *
 * @param id its identity, for ever tied to its MAC address within the project
 * @param project the project
 * @param mac its MAC address
 * @param machineId which machine it was at its last registration
 * @param name its name, 1 to 100 characters
 * @param tags words to find it by, at most 20
 * @param license the license it has
 * @param generation the generation of its token; tokens of any other are void
 * @param agentVersion its agent's version, when known
 * @param os its operating system in words, when known
 * @param registered when it registered last, in milliseconds
 * @param awaitsApproval which other machine asked to become this device and waits for {@link
 *     Devices#approve}, or null
 */
public record Device(
    DeviceId id,
    ProjectId project,
    MacAddress mac,
    String machineId,
    String name,
    List<String> tags,
    LicenseToken license,
    long generation,
    @Nullable String agentVersion,
    @Nullable String os,
    Instant registered,
    @Nullable String awaitsApproval) {
  public Device {
    tags = List.copyOf(tags);
  }
}
