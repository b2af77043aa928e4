package com.iottly.platform.live;

import com.iottly.platform.core.ProjectId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection.
 *
 * @param project what they may see
 * @param credential a name for what they were let in with; not a secret
 * @param expires until when that is good, or null for ever
 */
public record StreamClient(ProjectId project, String credential, @Nullable Instant expires) {}
