package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;
import java.time.Instant;
import java.util.List;

/**
 * A project (contract §1).
 *
 * @param id its identity
 * @param name its name, 1 to 100 characters
 * @param deviceType what its devices are
 * @param tags words to find it by, at most 20
 * @param settings what its owner decided
 * @param created when it was made, in milliseconds
 */
public record Project(
    ProjectId id,
    String name,
    DeviceType deviceType,
    List<String> tags,
    ProjectSettings settings,
    Instant created) {
  public Project {
    tags = List.copyOf(tags);
  }
}
