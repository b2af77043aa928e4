package com.iottly.agent.cli;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.control.ControlClient;
import com.iottly.agent.net.HttpClients;
import com.iottly.agent.update.Releases;
import com.iottly.agent.update.Trial;
import com.iottly.agent.update.Trial.Outcome;
import com.iottly.agent.update.Turn;
import com.iottly.agent.update.Update;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent update}. */
@Command(
    name = "update",
    description = {
      "Install the platform's newest release, if it is newer.",
      "The release's signature is checked; the new version is kept only when it connects and gets a"
          + " message acknowledged, otherwise the old one runs again. Needs root."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent update --check",
      "  iottly-agent update",
      "  iottly-agent update --file iottly-agent-1.2.0-amd64.tar.xz"
    })
final class UpdateCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(names = "--check", description = "Only say what is offered.")
  private boolean check;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "From this package, with its manifest and signature beside it.")
  private @Nullable Path file;

  @Option(names = "--allow-downgrade", description = "An older version too.")
  private boolean allowDowngrade;

  @Option(
      names = "--proof-limit",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "How long a new version has to prove itself (default: ${DEFAULT-VALUE}).")
  private int proofLimit;

  @Option(names = "--finish", hidden = true, description = "What the updater's unit does.")
  private boolean finish;

  @Override
  public Integer call() {
    if (proofLimit < 1 || proofLimit > 3600) {
      throw new ParameterException(spec.commandLine(), "--proof-limit is from 1 to 3600 seconds");
    }
    Path home = home();
    AgentConfig config = parent.source().settings(System.getenv()).check();
    if (finish) {
      try (Turn _ = Turn.await(home)) {
        return tell(trial(home).run());
      }
    }
    Update update = new Update(home, releases(config), this::say);
    Update.Offer offer = update.check(allowDowngrade);
    if (offer.same()) {
      say(offer.installed() + " runs, and is what is offered");
      return ExitCode.OK;
    }
    if (check) {
      say(offer.offered() + " is offered, " + offer.installed() + " runs");
      return ExitCode.OK;
    }
    // A version that replaces none that runs could not prove itself: this says so when none does.
    Map<String, @Nullable Object> _ = ControlClient.ask(parent.socket(), Map.of("do", "status"));
    // To the end: systemd starts another as soon as there is something to try, which waits for us.
    try (Turn _ = Turn.take(home)) {
      update.prepare(allowDowngrade);
      return tell(trial(home).run());
    }
  }

  private Trial trial(Path home) {
    return new Trial(home, parent.socket(), Duration.ofSeconds(proofLimit), this::say);
  }

  private Releases releases(AgentConfig config) {
    if (file != null) {
      Path folder = file.toAbsolutePath().getParent();
      return new Releases.OfFolder(folder == null ? Path.of("/") : folder);
    }
    return new Releases.OfPlatform(
        HttpClients.create(config.security(), System.getenv(), TIMEOUT),
        config.connection().endpoint());
  }

  private int tell(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Nothing _ -> {
        say("there is nothing to try");
        yield ExitCode.OK;
      }
      case Outcome.Kept(String version) -> {
        say(version + " runs and works");
        yield ExitCode.OK;
      }
      case Outcome.WentBack(String version, String tried, String reason) -> {
        spec.commandLine()
            .getErr()
            .printf(
                "iottly-agent: %s did not prove itself (%s); %s runs again%n",
                tried, reason, version);
        yield ExitCode.FAILED;
      }
    };
  }

  private void say(String step) {
    spec.commandLine().getOut().println(step);
    spec.commandLine().getOut().flush();
  }

  /** The folder of the running version; its start script says it. */
  static Path home() {
    return Path.of(System.getProperty("iottly.home", "."));
  }
}
