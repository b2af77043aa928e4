package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;
import org.jspecify.annotations.Nullable;

/**
 * A slot for a device (contract §1).
 *
 * @param token its name
 * @param project the project it belongs to
 * @param device who has it, or null while it is available
 */
public record License(LicenseToken token, ProjectId project, @Nullable Device device) {}
