package com.iottly.platform.fleet;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The devices of the projects: who is registered, under which name, with which license and token
 * generation. Any thread; blocks on disk.
 */
public final class Devices {

  /**
   * Registers a machine in one step: the same MAC address in a project always gets the same id and
   * a new token generation.
   *
   * @param name what to call it, 1 to 100 characters without control characters
   * @param wished the license it should have; null keeps what it has, or takes a free one, or makes
   *     one
   * @param connected whether a device has a live connection now; asked within the transaction, so
   *     it must answer at once
   */
  public Registration register(
      ProjectId project,
      Machine machine,
      String name,
      @Nullable LicenseToken wished,
      Predicate<DeviceId> connected) {
    throw new UnsupportedOperationException();
  }

  /**
   * The same with a pair code, which names project and device. The code is used up only when the
   * machine is registered.
   */
  public Registration pair(String code, Machine machine, Predicate<DeviceId> connected) {
    throw new UnsupportedOperationException();
  }

  /**
   * Lets the machine that waits for it become that device at its next registration.
   *
   * @return the device, or empty when there is none or nothing waits
   */
  public Optional<Device> approve(ProjectId project, DeviceId id) {
    throw new UnsupportedOperationException();
  }

  /** The device with that id, if it is registered. */
  public Optional<Device> find(DeviceId id) {
    throw new UnsupportedOperationException();
  }

  /** The same, within one project. */
  public Optional<Device> find(ProjectId project, DeviceId id) {
    throw new UnsupportedOperationException();
  }

  /** The project's devices by id. */
  public List<Device> list(ProjectId project) {
    throw new UnsupportedOperationException();
  }

  /**
   * Up to {@code limit} of the project's devices by id, those behind {@code after} when it is
   * given.
   */
  public List<Device> list(ProjectId project, @Nullable DeviceId after, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Gives it another name, 1 to 100 characters without control characters. */
  public Saved<Device> rename(ProjectId project, DeviceId id, String name) {
    throw new UnsupportedOperationException();
  }

  /**
   * Ends its access and frees its license. Its id stays reserved for its MAC address.
   *
   * @return whether it was there
   */
  public boolean delete(ProjectId project, DeviceId id) {
    throw new UnsupportedOperationException();
  }

  /**
   * Voids its token; it stays and comes back by registering again.
   *
   * @return whether it was there
   */
  public boolean revoke(ProjectId project, DeviceId id) {
    throw new UnsupportedOperationException();
  }

  /** Notes which version its agent has; writes only when that changed. */
  public void setAgentVersion(DeviceId id, String version) {
    throw new UnsupportedOperationException();
  }

  /**
   * Whether a token of that generation lets the device in. Costs no SQL once the device is known;
   * what was revoked is so from the moment the revoking call returns.
   */
  public Standing standing(DeviceId id, long generation) {
    throw new UnsupportedOperationException();
  }

  /**
   * Calls the listener after a device's earlier tokens became void (registered again, revoked,
   * deleted, or its project deleted), on the thread that did it: the place to cut its connection.
   */
  public void onRevoked(Consumer<DeviceId> listener) {
    throw new UnsupportedOperationException();
  }
}
