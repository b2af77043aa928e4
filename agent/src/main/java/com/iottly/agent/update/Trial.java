package com.iottly.agent.update;

import com.iottly.agent.control.ControlClient;
import com.iottly.agent.control.ControlException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Has a prepared version run and looks whether it works: whether it connects and gets a message
 * acknowledged. If not in time, the version before runs again.
 */
public final class Trial {

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Installation installation;
  private final Path socket;
  private final Duration limit;
  private final Consumer<String> say;

  /** How a trial ended. */
  public sealed interface Outcome {

    /** There was nothing to try. */
    record Nothing() implements Outcome {}

    /** The version works and is the current one now. */
    record Kept(String version) implements Outcome {}

    /** The version before runs again. */
    record WentBack(String version, String tried, String reason) implements Outcome {}
  }

  /**
   * @param home the folder of the running version
   * @param socket the agent's control socket
   * @param limit how long the version has to prove itself
   * @param say is told each step
   */
  public Trial(Path home, Path socket, Duration limit, Consumer<String> say) {
    this.installation = Installation.of(home);
    this.socket = socket;
    this.limit = limit;
    this.say = say;
  }

  /**
   * Tries what is to be tried, to the end. Can be called again after it broke off. The caller has
   * the {@link Turn}.
   *
   * @throws UpdateException when it can't be tried; the current version stays
   */
  public Outcome run() {
    try {
      Service service = Service.of(installation.program(), socket);
      Optional<Version> next = installation.next();
      if (next.isPresent()) {
        say.accept("starting " + next.get());
        service.restart();
        awaitTaken();
      }
      Optional<Version> trial = installation.trial();
      if (trial.isEmpty()) {
        return new Outcome.Nothing();
      }
      return judge(trial.get(), service);
    } catch (IOException e) {
      throw new UpdateException("the trial of the new version broke off: " + e, e);
    }
  }

  /** Until the start has made {@code next} the {@code trial}. */
  private void awaitTaken() throws IOException {
    for (long end = System.nanoTime() + START_LIMIT_NANOS; installation.next().isPresent(); ) {
      if (System.nanoTime() - end > 0) {
        installation.giveUp();
        throw new UpdateException(
            "the agent was not started by " + installation.program() + "; the old version stays");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private Outcome judge(Version tried, Service service) throws IOException {
    String seen = "it did not answer";
    for (long end = System.nanoTime() + limit.toNanos(); System.nanoTime() < end; ) {
      Map<String, @Nullable Object> status = status();
      if (tried.toString().equals(status.get("version"))) {
        if (status.get("last_ack") != null) {
          installation.keepTrial();
          return new Outcome.Kept(tried.toString());
        }
        seen = "it is " + status.get("state") + ": " + status.get("detail");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
    say.accept("going back to " + installation.current());
    // That start drops the trial by itself; were it dropped before, nobody would know to go back.
    service.restart();
    installation.giveUp();
    return new Outcome.WentBack(
        installation.current().toString(),
        tried.toString(),
        "after %d s %s".formatted(limit.toSeconds(), seen));
  }

  private Map<String, @Nullable Object> status() {
    try {
      return ControlClient.ask(socket, Map.of("do", "status"));
    } catch (ControlException e) {
      return Map.of();
    }
  }
}
