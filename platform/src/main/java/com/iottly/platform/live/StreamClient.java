package com.iottly.platform.live;

import com.iottly.platform.core.ProjectId;
import com.iottly.platform.remote.Visitor;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection.
 *
 * @param visitor who they are, and which project they may see
 * @param credential a name for what they were let in with; not a secret
 * @param expires until when that is good, or null for ever
 */
public record StreamClient(Visitor visitor, String credential, @Nullable Instant expires) {

  /** What they may see. */
  ProjectId project() {
    return visitor.project();
  }
}
