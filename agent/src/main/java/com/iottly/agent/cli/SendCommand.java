package com.iottly.agent.cli;

import com.iottly.agent.control.ControlClient;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent send}. */
@Command(
    name = "send",
    description = {
      "Send messages through the running agent.",
      "Answers when they are safe on this machine's disk; the platform gets them once connected."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent send '{\"door\":\"open\"}'",
      "  iottly-agent send --channel doors '{\"door\":\"open\"}'",
      "  measure | iottly-agent send        one JSON object in each line",
    })
final class SendCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(names = "--channel", paramLabel = "NAME", description = "The messages' channel.")
  private @Nullable String channel;

  @Parameters(
      paramLabel = "JSON",
      arity = "0..1",
      description =
          "A JSON object; without it, or with -, standard input has one JSON object in each line.")
  private @Nullable String json;

  @Override
  public Integer call() throws IOException {
    boolean fromInput = json == null || json.equals("-");
    if (json == null && Questions.terminal().isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "Which JSON? Give one, or - to type one object in each line.");
    }
    try (ControlClient agent = ControlClient.open(parent.socket())) {
      return fromInput ? sendLines(agent) : sendOne(agent, json == null ? "" : json);
    }
  }

  private int sendOne(ControlClient agent, String text) {
    try {
      Map<String, @Nullable Object> answer = send(agent, text);
      if (answer.get("error") == null) {
        parent.out().println("stored as message " + answer.get("stored"));
        return ExitCode.OK;
      }
      parent.err().println("iottly-agent: " + answer.get("error"));
      return ExitCode.REFUSED;
    } catch (WireException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /** Stops at the first line that is refused, so that it can be mended and sent from there. */
  private int sendLines(ControlClient agent) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int number = 0;
    int stored = 0;
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      String problem = problem(agent, line);
      if (!problem.isEmpty()) {
        parent
            .err()
            .printf(
                "iottly-agent: line %d: %s; %d messages before it are stored, this one and what"
                    + " follows are not%n",
                number, problem, stored);
        return ExitCode.REFUSED;
      }
      stored++;
    }
    parent.out().println("stored " + stored + " messages");
    return ExitCode.OK;
  }

  private String problem(ControlClient agent, String line) {
    try {
      Object error = send(agent, line).get("error");
      return error == null ? "" : String.valueOf(error);
    } catch (WireException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private Map<String, @Nullable Object> send(ControlClient agent, String text) {
    var request = new LinkedHashMap<String, Object>();
    request.put("do", "send");
    request.put("payload", Payload.of(text));
    if (channel != null) {
      request.put("channel", channel);
    }
    return agent.ask(request);
  }
}
