package com.iottly.platform.access;

import com.iottly.platform.core.ProjectId;

/**
 * A person's place in a project.
 *
 * @param project the project
 * @param user the user's name
 * @param role what they may do there
 */
public record Member(ProjectId project, String user, Role role) {}
