package com.iottly.agent.spool;

import com.iottly.wire.Epoch;

/** Where to go on after the platform has said how far it is. */
public sealed interface Resume {

  /** Send from this sequence on. */
  record From(long sequence) implements Resume {}

  /** The platform is further than this spool: it was numbered anew. Say hello again. */
  record Renewed(Epoch epoch) implements Resume {}
}
