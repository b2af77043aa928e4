package com.iottly.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A fresh Debian with curl and nothing else: a root of its own, its own processes, this machine's
 * network, no systemd. Made once by debootstrap, from the mirror this machine uses, and kept.
 */
final class DebianRoot implements AutoCloseable {

  private static final String HAS = "ca-certificates,curl,xz-utils";

  private final Path root;
  private final Child first;
  private final String pid;

  private DebianRoot(Path root, Child first, String pid) {
    this.root = root;
    this.first = first;
    this.pid = pid;
  }

  static DebianRoot in(Path folder) throws IOException {
    Path root = Files.createDirectories(folder.resolve("debian"));
    run("tar", "-xpf", image().toString(), "-C", root.toString());
    // A temporary folder is for its owner alone; a root is everybody's.
    run("chmod", "755", root.toString());
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
    return new DebianRoot(root, first, pid);
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
    Path image = Path.of("/var/tmp/iottly-test-debian-" + suite + "-1.tar");
    if (!Files.exists(image)) {
      Path made = Files.createTempDirectory("iottly-debian-");
      run("debootstrap", "--variant=minbase", "--include=" + HAS, suite, made.toString(), mirror());
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
  }
}
