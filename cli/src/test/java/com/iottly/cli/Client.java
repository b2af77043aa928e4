package com.iottly.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.cli.http.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.Writer;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Runs commands as {@code iottly cli} does, with an environment of its own. */
final class Client {

  private final Map<String, String> environment = new HashMap<>();
  private String input = "";
  private boolean colours;

  /** What a command left. */
  record Run(int exit, String out, String err) {

    Run done() {
      assertThat(exit).as(err + out).isZero();
      return this;
    }

    JsonNode json() {
      try {
        return Platform.JSON.readTree(done().out);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + out, e);
      }
    }

    /** The one line on standard output. */
    String line() {
      assertThat(done().out.lines()).hasSize(1);
      return out.strip();
    }
  }

  Client with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Client without(String name) {
    environment.remove(name);
    return this;
  }

  /** What the next commands read from standard input. */
  Client reading(String text) {
    input = text;
    return this;
  }

  Client withColours() {
    colours = true;
    return this;
  }

  Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit = run(out, err, arguments);
    return new Run(exit, out.toString(), err.toString());
  }

  int run(Writer out, Writer err, String... arguments) {
    return Cli.run(
        List.of(arguments),
        new Surroundings(
            Map.copyOf(environment),
            new StringReader(input),
            new PrintWriter(out),
            new PrintWriter(err, true),
            new Surroundings.Bytes(
                new ByteArrayInputStream(input.getBytes(UTF_8)), OutputStream.nullOutputStream()),
            Optional.empty(),
            colours,
            InstantSource.system(),
            UUID::randomUUID));
  }
}
