package com.iottly.agent.cli;

import com.iottly.agent.Build;
import com.iottly.agent.doctor.Doctor;
import com.iottly.agent.doctor.Finding;
import com.iottly.agent.doctor.Report;
import com.iottly.agent.doctor.ServiceEnvironment;
import com.iottly.agent.json.Json;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent doctor}. */
@Command(
    name = "doctor",
    description = {
      "Say whether this machine reaches its platform, and if not, why and what to do.",
      "Goes the agent's own way, step by step, and leaves a running agent alone.",
      "Exit code: 0 when all is well, 1 when something is to be put right."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent doctor",
      "  iottly-agent doctor --json | jq '.steps[] | select(.verdict != \"ok\")'",
    })
final class DoctorCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Map<String, String> environment = System.getenv();
    List<Finding> findings =
        new Doctor(
                parent.source().file(),
                environment,
                Build.current(),
                InstantSource.system(),
                ServiceEnvironment.USUAL)
            .examine();
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(new String(Json.write(Report.json(findings)), StandardCharsets.UTF_8));
    } else {
      out.print(Report.text(findings, look(environment)));
      out.flush();
    }
    return Doctor.isWell(findings) ? ExitCode.OK : ExitCode.FAILED;
  }

  @SuppressWarnings("SystemConsoleNull") // its annotation and its documentation differ
  private static Report.Look look(Map<String, String> environment) {
    Console console = System.console();
    boolean signs =
        console != null
            && console.isTerminal()
            && console.charset().equals(StandardCharsets.UTF_8)
            && !environment.containsKey("NO_COLOR")
            && !"dumb".equals(environment.get("TERM"));
    return signs ? Report.Look.TERMINAL : Report.Look.PLAIN;
  }
}
