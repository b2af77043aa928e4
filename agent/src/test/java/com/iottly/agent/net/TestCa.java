package com.iottly.agent.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A certificate authority of a test's own, made with openssl. */
public final class TestCa {

  private final Path folder;
  private final String name;

  /** A certificate and its key, both PEM; the certificate's file ends with its CA's. */
  public record Issued(Path certificate, Path key) {}

  private TestCa(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  public static TestCa create(Path folder, String name) throws Exception {
    Files.createDirectories(folder);
    TestCa ca = new TestCa(folder, name);
    ca.newKey(name);
    run(
        folder,
        "openssl req -x509 -new -key %1$s.key -out %1$s.crt -days 3650 -subj /CN=%1$s"
            .formatted(name));
    return ca;
  }

  private void newKey(String of) throws Exception {
    run(folder, "openssl ecparam -name prime256v1 -genkey -noout -out " + of + ".key");
  }

  public Path certificate() {
    return folder.resolve(name + ".crt");
  }

  public Path key() {
    return folder.resolve(name + ".key");
  }

  /**
   * Issues a certificate that is valid now.
   *
   * @param hosts its names, such as {@code DNS:a.test,IP:127.0.0.1}
   */
  public Issued issue(String subject, String hosts) throws Exception {
    return issue(subject, hosts, List.of());
  }

  /** The same at another time: {@code 2020-01-01}, for ten days. */
  public Issued issueAt(String subject, String hosts, String day) throws Exception {
    return issue(subject, hosts, List.of("faketime", day));
  }

  private Issued issue(String subject, String hosts, List<String> under) throws Exception {
    newKey(subject);
    run(folder, "openssl req -new -key %1$s.key -out %1$s.csr -subj /CN=%1$s".formatted(subject));
    Files.writeString(folder.resolve(subject + ".ext"), "subjectAltName=" + hosts + "\n");
    var command = new ArrayList<>(under);
    command.addAll(
        List.of(
            ("openssl x509 -req -in %1$s.csr -out %1$s.crt -CA %2$s.crt -CAkey %2$s.key"
                    + " -CAcreateserial -days 10 -extfile %1$s.ext")
                .formatted(subject, name)
                .split(" ")));
    run(folder, command);
    return new Issued(folder.resolve(subject + ".crt"), folder.resolve(subject + ".key"));
  }

  /** Makes a certificate that signed itself. */
  public static Issued selfSigned(Path folder, String subject, String hosts) throws Exception {
    run(
        Files.createDirectories(folder),
        ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                + " -subj /CN=%1$s -addext subjectAltName=%2$s -keyout %1$s.key -out %1$s.crt")
            .formatted(subject, hosts));
    return new Issued(folder.resolve(subject + ".crt"), folder.resolve(subject + ".key"));
  }

  static void run(Path folder, String command) throws Exception {
    run(folder, List.of(command.split(" ")));
  }

  private static void run(Path folder, List<String> command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + said);
    }
  }
}
