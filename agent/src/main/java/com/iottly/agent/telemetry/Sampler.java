package com.iottly.agent.telemetry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the machine's state from {@code /proc} and {@code /sys}. The fields are in {@code
 * docs/agent.md}. One thread.
 */
final class Sampler {

  /** At most so many file systems, interfaces and sensors are reported, each. */
  static final int MAX_ITEMS = 16;

  private final Path proc;
  private final Path sys;
  private long @Nullable [] lastCpu;
  private long @Nullable [] lastOwn;

  /** Reads below these directories, usually {@code /proc} and {@code /sys}. */
  Sampler(Path proc, Path sys) {
    this.proc = proc;
    this.sys = sys;
  }

  /** One sample. CPU usage is since the sample before and is missing in the first. */
  Map<String, Object> sample() {
    var sample = new LinkedHashMap<String, Object>();
    put(sample, "cpu", cpu());
    put(sample, "load", load());
    put(sample, "memory", memory());
    put(sample, "disk", disks());
    put(sample, "network", networks());
    put(sample, "temperature", temperatures());
    String uptime = read(proc.resolve("uptime"));
    if (!uptime.isEmpty()) {
      sample.put("uptime_s", (long) number(uptime.split(" ", -1)[0]));
    }
    String bootId = read(proc.resolve("sys/kernel/random/boot_id"));
    if (!bootId.isEmpty()) {
      sample.put("boot_id", bootId.strip());
    }
    return sample;
  }

  /**
   * What this process costs: its memory in RAM, the part of it that no file backs, and, since the
   * call before, its share of one core. What can't be read is left out.
   */
  Map<String, Object> footprint() {
    var footprint = new LinkedHashMap<String, Object>();
    String status = read(proc.resolve("self/status"));
    if (!status.isEmpty()) {
      footprint.put("rss_bytes", kilobytes(status, "VmRSS") * 1024);
      footprint.put("anonymous_bytes", kilobytes(status, "RssAnon") * 1024);
    }
    long[] ticks = {ownTicks(), Arrays.stream(machineTicks()).sum()};
    long[] before = lastOwn;
    long machine = before == null ? 0 : ticks[1] - before[1];
    if (before != null && machine > 0) {
      double share = (double) (ticks[0] - before[0]) / machine;
      footprint.put(
          "cpu_percent",
          Math.round(10_000.0 * share * Runtime.getRuntime().availableProcessors()) / 100.0);
    }
    lastOwn = ticks;
    return footprint;
  }

  /** User and system time of this process; behind its name, which may hold anything. */
  private long ownTicks() {
    String stat = read(proc.resolve("self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length < 13 ? 0 : (long) (number(fields[11]) + number(fields[12]));
  }

  private long[] machineTicks() {
    String all = read(proc.resolve("stat")).lines().findFirst().orElse("");
    return Arrays.stream(all.split(" +", -1))
        .skip(1)
        .limit(8)
        .mapToLong(tick -> (long) number(tick))
        .toArray();
  }

  private static void put(Map<String, Object> sample, String name, Object part) {
    boolean empty = part instanceof Map<?, ?> map ? map.isEmpty() : ((List<?>) part).isEmpty();
    if (!empty) {
      sample.put(name, part);
    }
  }

  private Map<String, Object> cpu() {
    var cpu = new LinkedHashMap<String, Object>();
    cpu.put("cores", Runtime.getRuntime().availableProcessors());
    long[] ticks = machineTicks();
    long[] before = lastCpu;
    if (ticks.length == 8 && before != null) {
      long total = Arrays.stream(ticks).sum() - Arrays.stream(before).sum();
      long idle = ticks[3] + ticks[4] - before[3] - before[4];
      if (total > 0) {
        cpu.put("usage_percent", rounded(100.0 * (total - idle) / total));
      }
    }
    lastCpu = ticks.length == 8 ? ticks : null;
    return cpu;
  }

  private Map<String, Object> load() {
    String[] fields = read(proc.resolve("loadavg")).split(" ", -1);
    return fields.length < 3
        ? Map.of()
        : ordered("1m", number(fields[0]), "5m", number(fields[1]), "15m", number(fields[2]));
  }

  private Map<String, Object> memory() {
    String info = read(proc.resolve("meminfo"));
    if (info.isEmpty()) {
      return Map.of();
    }
    return ordered(
        "total_bytes", kilobytes(info, "MemTotal") * 1024,
        "available_bytes", kilobytes(info, "MemAvailable") * 1024,
        "swap_total_bytes", kilobytes(info, "SwapTotal") * 1024,
        "swap_free_bytes", kilobytes(info, "SwapFree") * 1024);
  }

  private List<Object> disks() {
    var disks = new ArrayList<Object>();
    var seen = new HashSet<String>();
    for (String line : read(proc.resolve("mounts")).lines().toList()) {
      String[] fields = line.split(" ", -1);
      boolean real = fields.length > 2 && (fields[0].startsWith("/dev/") || fields[1].equals("/"));
      if (real && disks.size() < MAX_ITEMS && seen.add(fields[0])) {
        disk(fields[1].replace("\\040", " ")).ifPresent(disks::add);
      }
    }
    return disks;
  }

  private static Optional<Map<String, Object>> disk(String mount) {
    try {
      FileStore store = Files.getFileStore(Path.of(mount));
      return Optional.of(
          ordered(
              "mount", mount,
              "total_bytes", store.getTotalSpace(),
              "available_bytes", store.getUsableSpace()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private List<Object> networks() {
    var networks = new ArrayList<Object>();
    for (String line : read(proc.resolve("net/dev")).lines().skip(2).toList()) {
      int colon = line.indexOf(':');
      String name = colon < 0 ? "lo" : line.substring(0, colon).strip();
      if (!name.equals("lo") && networks.size() < MAX_ITEMS) {
        String[] fields = line.substring(colon + 1).strip().split(" +", -1);
        if (fields.length >= 12) {
          networks.add(
              ordered(
                  "interface", name,
                  "received_bytes", (long) number(fields[0]),
                  "received_errors", (long) number(fields[2]),
                  "sent_bytes", (long) number(fields[8]),
                  "sent_errors", (long) number(fields[10])));
        }
      }
    }
    return networks;
  }

  private List<Object> temperatures() {
    var temperatures = new ArrayList<Object>();
    try (DirectoryStream<Path> zones =
        Files.newDirectoryStream(sys.resolve("class/thermal"), "thermal_zone*")) {
      for (Path zone : zones) {
        String millidegrees = read(zone.resolve("temp")).strip();
        if (!millidegrees.isEmpty() && temperatures.size() < MAX_ITEMS) {
          temperatures.add(
              ordered(
                  "sensor", read(zone.resolve("type")).strip(),
                  "celsius", rounded(number(millidegrees) / 1000)));
        }
      }
    } catch (IOException e) {
      return List.of();
    }
    return temperatures;
  }

  private static Map<String, Object> ordered(Object... namesAndValues) {
    var map = new LinkedHashMap<String, Object>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      map.put(String.valueOf(namesAndValues[i]), namesAndValues[i + 1]);
    }
    return map;
  }

  private static long kilobytes(String info, String name) {
    return info.lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> (long) number(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElse(0L);
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}
