package com.iottly.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * A fresh Debian with curl and nothing else: a root of its own, its own processes, this machine's
 * network; systemd runs in it if asked for. Made once by debootstrap, from the mirror this machine
 * uses, and kept.
 */
final class DebianRoot implements AutoCloseable {

  private static final String HAS = "ca-certificates,curl,dbus,systemd-sysv,xz-utils";

  private static final Duration DOWNLOAD = Duration.ofMinutes(5);

  private final Path root;
  private final Child first;
  private final String pid;
  private final @Nullable Path group;

  private DebianRoot(Path root, Child first, String pid, @Nullable Path group) {
    this.root = root;
    this.first = first;
    this.pid = pid;
    this.group = group;
  }

  /** One that runs a shell and nothing else. */
  static DebianRoot in(Path folder) throws IOException {
    Path root = unpacked(folder);
    Path ready = folder.resolve("debian.pid");
    Child first =
        Child.start(
            ready,
            Map.of(),
            List.of(
                "unshare",
                "--mount",
                "--pid",
                "--fork",
                "--kill-child",
                "chroot",
                root.toString(),
                "/bin/sh",
                "-c",
                "mount -t proc proc /proc && exec sleep infinity"));
    await()
        .atMost(Platform.PATIENCE)
        .failFast(first::requireAlive)
        .until(() -> first.descendants().stream().anyMatch(DebianRoot::sleeps));
    String pid = Long.toString(first.descendants().getLast().pid());
    return new DebianRoot(root, first, pid, null);
  }

  /** One that systemd has booted. */
  static DebianRoot booted(Path folder) throws IOException {
    Path root = unpacked(folder);
    Path boot = folder.resolve("boot.sh");
    try (InputStream script = DebianRoot.class.getResourceAsStream("boot.sh")) {
      Files.copy(Objects.requireNonNull(script), boot);
    }
    run("chmod", "755", boot.toString());
    Path group = groups().resolve("iottly-test-" + ProcessHandle.current().pid());
    List<String> command = List.of(boot.toString(), root.toString(), group.toString());
    Child first = Child.start(folder.resolve("boot.log"), Map.of(), command);
    await()
        .atMost(Platform.PATIENCE)
        .failFast(first::requireAlive)
        .until(() -> first.descendants().stream().anyMatch(DebianRoot::isSystemd));
    String pid =
        Long.toString(
            first.descendants().stream()
                .filter(DebianRoot::isSystemd)
                .findFirst()
                .orElseThrow()
                .pid());
    DebianRoot debian = new DebianRoot(root, first, pid, group);
    await("systemd is up")
        .atMost(Platform.PATIENCE)
        .failFast(first::requireAlive)
        .until(() -> debian.sh("systemctl is-system-running").out().strip().equals("running"));
    return debian;
  }

  private static Path unpacked(Path folder) throws IOException {
    Path root = Files.createDirectories(folder.resolve("debian"));
    run("tar", "-xpf", image().toString(), "-C", root.toString());
    // A temporary folder is for its owner alone; a root is everybody's.
    run("chmod", "755", root.toString());
    return root;
  }

  /** Where this machine has its control groups, version 2. */
  private static Path groups() throws IOException {
    try (var mounts = Files.lines(Path.of("/proc/mounts"))) {
      return mounts
          .map(line -> line.split(" "))
          .filter(fields -> fields[2].equals("cgroup2"))
          .map(fields -> Path.of(fields[1]))
          .findFirst()
          .orElseThrow(() -> new IOException("this machine has no control groups, version 2"));
    }
  }

  private static boolean isSystemd(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/systemd");
  }

  private static boolean sleeps(ProcessHandle process) {
    return process.info().command().orElse("").endsWith("/sleep");
  }

  private static Path image() throws IOException {
    Properties system = new Properties();
    try (var in = Files.newBufferedReader(Path.of("/etc/os-release"))) {
      system.load(in);
    }
    String suite = system.getProperty("VERSION_CODENAME", "stable").replace("\"", "");
    Path image = Path.of("/var/tmp/iottly-test-debian-" + suite + "-2.tar");
    if (!Files.exists(image)) {
      Path made = Files.createTempDirectory("iottly-debian-");
      List<String> debootstrap =
          List.of(
              "debootstrap",
              "--variant=minbase",
              "--include=" + HAS,
              suite,
              made.toString(),
              mirror());
      Path log = Path.of(made + ".log");
      try (Child making = Child.start(log, Map.of(), debootstrap)) {
        if (making.awaitExit(DOWNLOAD) != 0) {
          throw new IOException("debootstrap failed: " + making.said());
        }
      }
      Files.delete(log);
      Path fresh = Path.of(image + "." + ProcessHandle.current().pid());
      run(
          "tar",
          "-cf",
          fresh.toString(),
          "-C",
          made.toString(),
          "--exclude=./var/cache/apt/*",
          "--exclude=./var/lib/apt/lists/*",
          ".");
      run("rm", "-rf", made.toString());
      Files.move(fresh, image, StandardCopyOption.ATOMIC_MOVE);
    }
    return image;
  }

  /** Where this machine gets Debian from. */
  private static String mirror() {
    return Child.run(
            Map.of(),
            List.of(
                "sh",
                "-c",
                "apt-get indextargets --format '$(SITE) $(RELEASE) $(ORIGIN) $(COMPONENT)'"
                    + " | sed -n 's/^\\([^ ]*\\) [^ ]* Debian main$/\\1/p' | grep -v security | head -n 1"))
        .succeeded()
        .out()
        .strip();
  }

  private static void run(String... command) {
    Child.run(Map.of(), List.of(command)).succeeded();
  }

  /** Runs a script in it as root. */
  Child.Finished sh(String script) {
    List<String> command =
        new ArrayList<>(List.of("nsenter", "-t", pid, "--mount", "--pid", "--root", "--wd"));
    command.addAll(
        List.of(
            "env", "-i", "HOME=/root", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "sh", "-c", script));
    return Child.run(Map.of(), command);
  }

  /** Puts a file in. */
  void put(Path file, String at) throws IOException {
    Files.copy(file, root.resolve(at.substring(1)));
  }

  @Override
  public void close() {
    first.close();
    if (group != null) {
      await("nothing of it runs")
          .atMost(Platform.PATIENCE)
          .until(() ->
              Child.run(
                          Map.of(),
                          List.of("find", group.toString(), "-depth", "-type", "d", "-delete"))
                      .code()
                  == 0);
    }
  }
}
