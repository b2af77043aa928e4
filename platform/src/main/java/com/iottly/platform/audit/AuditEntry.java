package com.iottly.platform.audit;

import com.iottly.platform.core.ProjectId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change that was made.
 *
 * @param position where it stands; later ones are higher
 * @param moment when it was made, in milliseconds
 * @param actor who made it
 * @param project of which project it is, or null for none
 * @param action what was done, {@code thing.deed}
 * @param target to which thing
 * @param detail more for a person, never a secret; may be empty
 */
public record AuditEntry(
    long position,
    Instant moment,
    Actor actor,
    @Nullable ProjectId project,
    String action,
    String target,
    String detail) {}
