package com.iottly.agent.machine;

import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which machine a device token was given to: written into the configuration when the machine is
 * provisioned, compared at every start, so that a copied disk does not become a second machine with
 * one identity. What is empty is not compared.
 *
 * @param macAddress lower case with colons
 * @param machineId systemd's machine id
 */
public record Binding(String macAddress, String machineId) {

  private static final String ANY = "-";
  private static final Pattern FORM =
      Pattern.compile("((?:[0-9a-f]{2}:){5}[0-9a-f]{2}|-) ([A-Za-z0-9._:-]{1,128})");

  /** Reads what {@link #toString} writes; empty when it is something else. */
  public static Optional<Binding> parse(String text) {
    Matcher form = FORM.matcher(text);
    return form.matches()
        ? Optional.of(new Binding(known(form.group(1)), known(form.group(2))))
        : Optional.empty();
  }

  private static String known(String part) {
    return part.equals(ANY) ? "" : part;
  }

  /**
   * Why a machine is not this one, for a person; empty when nothing speaks against it.
   *
   * @param addresses of all its network interfaces
   */
  public Optional<String> mismatch(String otherMachineId, Set<String> addresses) {
    if (!machineId.isEmpty() && !otherMachineId.isEmpty() && !machineId.equals(otherMachineId)) {
      return Optional.of("its machine id is " + otherMachineId + ", not " + machineId);
    }
    if (!macAddress.isEmpty() && !addresses.isEmpty() && !addresses.contains(macAddress)) {
      return Optional.of(
          "it has the MAC addresses %s, not %s"
              .formatted(String.join(", ", addresses.stream().sorted().toList()), macAddress));
    }
    return Optional.empty();
  }

  /** The form in the configuration. */
  @Override
  public String toString() {
    return (macAddress.isEmpty() ? ANY : macAddress)
        + " "
        + (machineId.isEmpty() ? ANY : machineId);
  }
}
