package com.iottly.agent.update;

import com.iottly.agent.control.ControlClient;
import com.iottly.agent.control.ControlException;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What keeps the agent running. */
sealed interface Service {

  /** Where an installation must be for systemd to run it, as the units say. */
  Path SYSTEM_PROGRAM = Path.of("/opt/iottly/bin/iottly-agent");

  /** Ends the running agent, if one runs, and starts it. */
  void restart() throws IOException;

  static Service of(Path program, Path socket) {
    return isSystemd(program) ? new Unit() : new Detached(program, socket);
  }

  static boolean isSystemd(Path program) {
    return program.equals(SYSTEM_PROGRAM) && Files.isDirectory(Path.of("/run/systemd/system"));
  }

  /** The unit {@code iottly-agent.service}. */
  record Unit() implements Service {
    @Override
    public void restart() throws IOException {
      Process systemctl =
          new ProcessBuilder("systemctl", "restart", "iottly-agent.service").inheritIO().start();
      try {
        // A version that can't start makes it fail; whether it works is judged by the agent's word.
        int _ = systemctl.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
  }

  /** A process without a service manager. */
  record Detached(Path program, Path socket) implements Service {

    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    @Override
    public void restart() throws IOException {
      Optional<ProcessHandle> running = running();
      if (running.isPresent()) {
        stop(running.get());
      }
      new ProcessBuilder(List.of("setsid", program.toString(), "start"))
          .directory(new File("/"))
          .redirectInput(Redirect.from(new File("/dev/null")))
          .redirectOutput(Redirect.DISCARD)
          .redirectError(Redirect.DISCARD)
          .start();
    }

    private Optional<ProcessHandle> running() {
      try {
        return ControlClient.ask(socket, Map.of("do", "status")).get("pid") instanceof Number pid
            ? ProcessHandle.of(pid.longValue()).filter(this::isOfTheSocketsUser)
            : Optional.empty();
      } catch (ControlException e) {
        return Optional.empty();
      }
    }

    /** Who owns the socket says which process to end, and must not name another user's. */
    private boolean isOfTheSocketsUser(ProcessHandle named) {
      try {
        Object owner = Files.getAttribute(socket, "unix:uid", LinkOption.NOFOLLOW_LINKS);
        return owner.equals(Files.getAttribute(Path.of("/proc/" + named.pid()), "unix:uid"));
      } catch (IOException e) {
        return false;
      }
    }

    private static void stop(ProcessHandle agent) throws IOException {
      agent.destroy();
      try {
        agent.onExit().get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        agent.destroyForcibly();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      } catch (ExecutionException e) {
        throw new IOException(e);
      }
    }
  }
}
