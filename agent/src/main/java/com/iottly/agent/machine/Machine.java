package com.iottly.agent.machine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What identifies and describes this machine. Texts are empty when they are not known.
 *
 * @param machineId systemd's machine id
 * @param bootId changes with every boot
 * @param os such as {@code Debian GNU/Linux 12 (bookworm)}
 * @param arch such as {@code aarch64}
 * @param macAddress of the first real network interface, lower case with colons
 */
public record Machine(
    String machineId, String bootId, String os, String arch, String hostname, String macAddress) {

  /** Looks at the machine. */
  public static Machine current() {
    return new Machine(
        firstLine(Path.of("/etc/machine-id")),
        firstLine(Path.of("/proc/sys/kernel/random/boot_id")),
        os(Path.of("/etc/os-release")),
        System.getProperty("os.arch", ""),
        readHostname(),
        firstMacAddress().orElse(""));
  }

  /** The facts as members of a JSON object; unknown ones are left out. */
  public Map<String, String> facts() {
    var facts = new LinkedHashMap<String, String>();
    facts.put("machine_id", machineId);
    facts.put("boot_id", bootId);
    facts.put("os", os);
    facts.put("arch", arch);
    facts.put("hostname", hostname);
    facts.put("macaddress", macAddress);
    facts.values().removeIf(String::isEmpty);
    return facts;
  }

  private static String firstLine(Path file) {
    try {
      return Files.readString(file).lines().findFirst().orElse("").strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String os(Path release) {
    try (var lines = Files.lines(release)) {
      return lines
          .filter(line -> line.startsWith("PRETTY_NAME="))
          .map(line -> line.substring("PRETTY_NAME=".length()).replace("\"", ""))
          .findFirst()
          .orElse("Linux");
    } catch (IOException e) {
      return System.getProperty("os.name", "");
    }
  }

  private static String readHostname() {
    String name = firstLine(Path.of("/proc/sys/kernel/hostname"));
    try {
      return name.isEmpty() ? InetAddress.getLocalHost().getHostName() : name;
    } catch (UnknownHostException e) {
      return "";
    }
  }

  /**
   * The hardware address of the first interface by name that is a device and not a bridge or
   * tunnel.
   */
  private static Optional<String> firstMacAddress() {
    try {
      List<NetworkInterface> all =
          NetworkInterface.networkInterfaces()
              .sorted(
                  Comparator.comparing((NetworkInterface i) -> !hasDevice(i))
                      .thenComparing(NetworkInterface::getName))
              .toList();
      for (NetworkInterface candidate : all) {
        byte[] address = candidate.getHardwareAddress();
        if (address != null && !candidate.isLoopback() && !madeUp(candidate.getName())) {
          return Optional.of(HexFormat.ofDelimiter(":").formatHex(address));
        }
      }
    } catch (SocketException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }

  /** The hardware addresses of all interfaces but the loopback. */
  public static Set<String> macAddresses() {
    try {
      var addresses = new TreeSet<String>();
      for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
        byte[] address = each.getHardwareAddress();
        if (address != null && !each.isLoopback()) {
          addresses.add(HexFormat.ofDelimiter(":").formatHex(address));
        }
      }
      return addresses;
    } catch (SocketException e) {
      return Set.of();
    }
  }

  private static boolean hasDevice(NetworkInterface candidate) {
    return Files.exists(Path.of("/sys/class/net", candidate.getName(), "device"));
  }

  private static boolean madeUp(String name) {
    return List.of("docker", "veth", "br-", "virbr", "tun", "tap", "wg", "dummy").stream()
        .anyMatch(name::startsWith);
  }
}
