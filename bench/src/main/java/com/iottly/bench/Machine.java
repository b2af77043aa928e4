package com.iottly.bench;

import java.nio.file.Path;

/**
 * What the figures depend on besides the product.
 *
 * @param cores that may be used
 * @param cpu the processor's model
 * @param memory in bytes
 * @param system the kernel and its release
 * @param java the runtime of server and generator
 */
record Machine(int cores, String cpu, long memory, String system, String java) {

  static Machine here() {
    String model =
        ProcessFacts.read(Path.of("/proc/cpuinfo"))
            .lines()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).trim())
            .findFirst()
            .orElse(System.getProperty("os.arch"));
    return new Machine(
        Runtime.getRuntime().availableProcessors(),
        model,
        ProcessFacts.kilobytes(ProcessFacts.read(Path.of("/proc/meminfo")), "MemTotal:") * 1024,
        System.getProperty("os.name") + " " + release(System.getProperty("os.version")),
        System.getProperty("java.vendor") + " " + System.getProperty("java.runtime.version"));
  }

  /** The first two numbers of a kernel's version; the rest is its distributor's. */
  static String release(String version) {
    String[] parts = version.split("\\.", 3);
    return parts.length < 2 ? version : parts[0] + "." + parts[1];
  }

  String line() {
    return "%d cores of %s, shared with the load generator; %.0f GB memory; %s; %s"
        .formatted(cores, cpu, memory / 1e9, system, java);
  }
}
