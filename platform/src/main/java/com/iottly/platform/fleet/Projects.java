package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The projects of this installation. Any thread; blocks on disk. */
public final class Projects {

  /**
   * Makes a project with default settings and the two definitions every project starts with.
   *
   * @param name 1 to 100 characters; need not be unique
   * @param tags at most 20 of 1 to 40 characters each
   * @return done or refused, never missing
   */
  public Saved<Project> create(String name, DeviceType deviceType, List<String> tags) {
    throw new UnsupportedOperationException();
  }

  /** The project with that id. */
  public Optional<Project> find(ProjectId id) {
    throw new UnsupportedOperationException();
  }

  /** All projects, oldest first. */
  public List<Project> list() {
    throw new UnsupportedOperationException();
  }

  /** Replaces name, tags and settings. A lower license cap takes no license away. */
  public Saved<Project> update(
      ProjectId id, String name, List<String> tags, ProjectSettings settings) {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes the project and everything of it that is in SQL; its devices lose their access.
   *
   * @return whether there was one
   */
  public boolean delete(ProjectId id) {
    throw new UnsupportedOperationException();
  }

  /** Calls the listener after a project was deleted, on the thread that deleted it. */
  public void onDeleted(Consumer<ProjectId> listener) {
    throw new UnsupportedOperationException();
  }
}
