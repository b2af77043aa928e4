package com.iottly.agent.cli;

import com.iottly.agent.Build;
import java.util.LinkedHashMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code iottly-agent version}. */
@Command(
    name = "version",
    description = "Say which version this is.",
    footerHeading = "%nExamples:%n",
    footer = {"  iottly-agent version", "  iottly-agent version --json"})
final class VersionCommand implements Callable<Integer> {

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(names = "--json", description = "As one JSON object.")
  private boolean json;

  @Override
  public Integer call() {
    Build build = Build.current();
    if (json) {
      var version = new LinkedHashMap<String, Object>();
      version.put("version", build.version());
      version.put("built", build.built().toString());
      version.put("java", Runtime.version().toString());
      version.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
      version.put("arch", System.getProperty("os.arch"));
      parent.print(version);
    } else {
      parent.out().println("iottly-agent " + build.version());
    }
    return ExitCode.OK;
  }
}
