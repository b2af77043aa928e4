package com.iottly.agent.cli;

import com.iottly.agent.control.ControlClient;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code iottly-agent stop}. */
@Command(
    name = "stop",
    description = {
      "Stop the running agent cleanly and wait until it is gone.",
      "What waits in the spool stays there. Where systemd runs the agent, use systemctl stop: it"
          + " may start again what was stopped without it."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  iottly-agent stop", "  iottly-agent stop --timeout 5"})
final class StopCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description = "How long to wait (default: ${DEFAULT-VALUE}).")
  private int timeout;

  @Override
  public Integer call() throws InterruptedException, ExecutionException {
    Map<String, @Nullable Object> answer = ControlClient.ask(parent.socket(), Map.of("do", "stop"));
    long pid = answer.get("pid") instanceof Number number ? number.longValue() : -1;
    var process = ProcessHandle.of(pid);
    try {
      if (process.isPresent()) {
        process.get().onExit().get(timeout, TimeUnit.SECONDS);
      }
      parent.out().println("stopped");
      return ExitCode.OK;
    } catch (TimeoutException e) {
      parent
          .err()
          .printf(
              "iottly-agent: the agent, process %d, was told to stop and still runs after %d s%n",
              pid, timeout);
      return ExitCode.FAILED;
    }
  }
}
