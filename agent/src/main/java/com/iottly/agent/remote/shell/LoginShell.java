package com.iottly.agent.remote.shell;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** How the login shell of this process's user is started on a terminal. */
final class LoginShell {

  private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  private static final List<String> USUAL = List.of("/bin/bash", "/bin/sh");

  /** Opening the terminal makes it the controlling one of the session that setsid(1) began. */
  private static final String ON_TERMINAL =
      "terminal=$1; shift; exec \"$@\" <\"$terminal\" >\"$terminal\" 2>&1";

  /** SIGHUP, SIGINT and SIGQUIT. */
  private static final int[] FROM_TERMINAL = {1, 2, 3};

  private LoginShell() {}

  /**
   * Starts it as the leader of a session of its own. It gets nothing of the agent's environment but
   * the home and the language.
   *
   * @param terminal the path of the terminal
   * @param type what the client's terminal understands, for {@code TERM}
   * @param environment the agent's
   */
  static Process start(String terminal, String type, Map<String, String> environment)
      throws IOException {
    for (int signal : FROM_TERMINAL) {
      Libc.stopIgnoring(signal);
    }
    String user = System.getProperty("user.name");
    String shell = shell(user);
    Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    var builder =
        new ProcessBuilder("setsid", "sh", "-c", ON_TERMINAL, "sh", terminal, shell, "-l");
    Path directory = Files.isDirectory(home) ? home : Path.of("/");
    builder.directory(directory.toFile());
    Map<String, String> own = builder.environment();
    own.clear();
    own.putAll(
        Map.of(
            "PATH",
            PATH,
            "HOME",
            directory.toString(),
            "USER",
            user,
            "LOGNAME",
            user,
            "SHELL",
            shell,
            "TERM",
            type,
            "LANG",
            environment.getOrDefault("LANG", "C.UTF-8")));
    return builder
        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /** The user's in {@code /etc/passwd}, or one of the usual when that is none to work with. */
  private static String shell(String user) throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/etc/passwd"))) {
      Optional<String> own =
          lines
              .filter(line -> line.startsWith(user + ":"))
              .map(line -> line.substring(line.lastIndexOf(':') + 1))
              .filter(shell -> !shell.endsWith("nologin") && !shell.endsWith("false"))
              .findFirst();
      return Stream.concat(own.stream(), USUAL.stream())
          .filter(shell -> Files.isExecutable(Path.of(shell)))
          .findFirst()
          .orElseThrow(() -> new IOException("there is neither /bin/bash nor /bin/sh"));
    }
  }
}
