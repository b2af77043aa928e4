package com.iottly.platform.core;

/** One thing that happened in a project, at its place in the {@link Journal}. */
public sealed interface Entry permits Message, CommandChange {

  /** The place in the journal: increases per device, may have holes. */
  long position();

  /** The project it happened in. */
  ProjectId project();

  /** The device it happened to. */
  DeviceId device();
}
