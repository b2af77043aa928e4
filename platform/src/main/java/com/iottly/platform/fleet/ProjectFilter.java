package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;
import org.jspecify.annotations.Nullable;

/**
 * Which projects to list; null means any.
 *
 * @param search what the name or the id contains, in any case
 * @param tag a tag it has
 * @param member a user's name who belongs to it
 * @param only this one
 */
public record ProjectFilter(
    @Nullable String search,
    @Nullable String tag,
    @Nullable String member,
    @Nullable ProjectId only) {}
