package com.iottly.platform.remote;

import com.iottly.platform.audit.Actor;
import com.iottly.platform.core.ProjectId;

/**
 * Who wants to do something on a device; that they may was found out before.
 *
 * @param project in which project
 * @param actor who and from where
 */
public record Visitor(ProjectId project, Actor actor) {

  /** What the device knows them by; the same for the same user or key. */
  String name() {
    return actor.kind().wireName() + " " + actor.name();
  }
}
