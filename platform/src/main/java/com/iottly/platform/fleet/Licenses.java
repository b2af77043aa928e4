package com.iottly.platform.fleet;

import com.iottly.platform.core.ProjectId;
import java.util.List;
import java.util.Optional;

/** The licenses of the projects. Any thread; blocks on disk. */
public final class Licenses {

  /** What became of {@link #delete}. */
  public enum Deletion {
    DELETED,
    /** A device has it: delete the device first. */
    PAIRED,
    UNKNOWN
  }

  /**
   * Makes licenses.
   *
   * @param count 1 to {@link FleetLimits#licensesPerCall}; all or none are made
   */
  public Saved<List<License>> create(ProjectId project, int count) {
    throw new UnsupportedOperationException();
  }

  /** The project's licenses, oldest first. */
  public List<License> list(ProjectId project) {
    throw new UnsupportedOperationException();
  }

  /** The license of that name in the project. */
  public Optional<License> find(ProjectId project, LicenseToken token) {
    throw new UnsupportedOperationException();
  }

  /** Deletes the license if no device has it. */
  public Deletion delete(ProjectId project, LicenseToken token) {
    throw new UnsupportedOperationException();
  }
}
