package com.iottly.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The options of every bench, and what is done around each of them. */
final class RunOptions {

  private static final Duration LOCK_PATIENCE = Duration.ofMinutes(60);

  @Spec(Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = "--lib",
      paramLabel = "DIR",
      defaultValue = "${sys:iottly.root:-.}/platform/target/lib",
      description = "The server's jars. Default: ${DEFAULT-VALUE}")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path lib;

  @Option(
      names = "--java-flags",
      paramLabel = "FLAGS",
      description =
          "The server's JVM flags, in one argument. Default: those of packaging/server/jvm.options")
  private @Nullable String javaFlags;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      defaultValue = "${sys:iottly.root:-.}/.iottly-bench",
      description =
          "Where the servers keep their data while the bench runs; on a real disk, not tmpfs."
              + " Default: ${DEFAULT-VALUE}")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private Path work;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the result as JSON too.")
  private @Nullable Path json;

  @Option(
      names = "--write-docs",
      paramLabel = "FILE",
      arity = "0..1",
      fallbackValue = "${sys:iottly.root:-.}/docs/performance.md",
      description =
          "Put the result into its section of this page and leave the others alone. Without a file:"
              + " docs/performance.md.")
  private @Nullable Path docs;

  ServerCommand server() {
    return new ServerCommand(
        lib,
        javaFlags == null
            ? ServerCommand.defaultJavaFlags()
            : List.of(javaFlags.trim().split("\\s+")));
  }

  /** Refuses a value that is out of bounds, naming the option. */
  void require(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(),
          "%s is %,d; allowed are %,d to %,d".formatted(option, value, least, most));
    }
  }

  /** Runs a bench with the machine to itself and says what it found. */
  int run(Function<Workspace, Report> bench) {
    try (BenchLock _ = BenchLock.take(BenchLock.file(), LOCK_PATIENCE);
        Workspace workspace = Workspace.make(work)) {
      publish(bench.apply(workspace));
      return 0;
    } catch (BenchException e) {
      System.err.println("bench " + spec.name() + ": " + BenchException.reason(e));
      return 1;
    }
  }

  private void publish(Report found) {
    List<String> notes = new ArrayList<>(found.notes());
    String warning = Workspace.warning(work);
    if (warning != null) {
      notes.add(warning);
    }
    Report report =
        new Report(
            found.bench(), found.title(), found.about(), found.command(), found.tables(), notes);
    Machine machine = Machine.here();
    var now = InstantSource.system().instant();
    System.out.println(report.plain(machine));
    if (json != null) {
      try {
        Files.writeString(
            json,
            Api.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(report.json(machine, now))
                + "\n");
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a report is always JSON", e);
      } catch (IOException e) {
        throw new BenchException("can't write " + json + ": " + BenchException.reason(e), e);
      }
    }
    if (docs != null) {
      PerformanceDocs.write(docs, report.bench(), report.markdown(machine, now));
    }
  }

  /** The command line that repeats this run, without the options that say where results go. */
  String command() {
    List<String> words = new ArrayList<>(List.of("./iottly", "bench"));
    List<String> given = spec.commandLine().getParent().getParseResult().originalArgs();
    for (int i = 0; i < given.size(); i++) {
      String word = given.get(i);
      if (word.equals("--json") || word.equals("--lib") || word.equals("--work")) {
        i++;
      } else if (!word.startsWith("--json=")
          && !word.startsWith("--lib=")
          && !word.startsWith("--work=")
          && !word.startsWith("--write-docs")) {
        words.add(word.contains(" ") ? "'" + word + "'" : word);
      }
    }
    return String.join(" ", words);
  }

  /** Waits without doing anything. */
  static void rest(Duration span) {
    try {
      Thread.sleep(span);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }
}
