package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;
import java.util.List;
import java.util.Optional;

/** The message definitions of the projects. Any thread; blocks on disk. */
public final class Definitions {

  /** Adds a definition; refused when it breaks a rule or its type exists. */
  public Saved<Definition> create(ProjectId project, Definition definition) {
    throw new UnsupportedOperationException();
  }

  /** Puts the definition in the place of the one of that type; the new type may be another. */
  public Saved<Definition> update(ProjectId project, String type, Definition definition) {
    throw new UnsupportedOperationException();
  }

  /**
   * Removes the definition.
   *
   * @return whether it was there
   */
  public boolean delete(ProjectId project, String type) {
    throw new UnsupportedOperationException();
  }

  /** The project's definitions by type. */
  public List<Definition> list(ProjectId project) {
    throw new UnsupportedOperationException();
  }

  /** The definition of that type in the project. */
  public Optional<Definition> find(ProjectId project, String type) {
    throw new UnsupportedOperationException();
  }
}
