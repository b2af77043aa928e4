package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import com.iottly.cli.http.UnreachableException;
import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Channel;
import com.iottly.cli.stream.RefusedException;
import com.iottly.cli.stream.Stream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** A file on its way to or from a device, over as many connections as it takes. One thread. */
abstract sealed class Copy permits Fetching, Storing {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Set<String> PASSING =
      Set.of(Stream.LOST, "link_lost", "device_offline", "no_answer", "busy", "unavailable");

  private final Exchange exchange;
  private final String device;
  private boolean told;

  Copy(Exchange exchange, String device) {
    this.exchange = exchange;
    this.device = device;
  }

  static ObjectNode arguments(String what, String path) {
    return Platform.JSON.createObjectNode().put("do", what).put("path", path);
  }

  final Exchange exchange() {
    return exchange;
  }

  /** Copies what is missing on one connection. */
  abstract Arrival.Closed attempt(Stream stream) throws IOException, InterruptedException;

  final Channel open(Stream stream, ObjectNode arguments) throws InterruptedException {
    return stream.open(device, "files", arguments);
  }

  /** Copies it whole; what the device says about it. */
  final JsonNode run() throws IOException, InterruptedException {
    Instant until = exchange.now().plus(PATIENCE);
    while (true) {
      Instant began = exchange.now();
      try (Stream stream = Stream.connect(exchange.platform(), exchange.project())) {
        Arrival.Closed closed = attempt(stream);
        if (!PASSING.contains(closed.code())) {
          int _ = Ended.exit(closed);
          return closed.result();
        }
        until = exchange.now().plus(PATIENCE);
        tell(closed.sentence());
      } catch (UnreachableException e) {
        requirePatience(e, until);
      } catch (RefusedException e) {
        if (!PASSING.contains(e.code())) {
          throw e;
        }
        requirePatience(e, until);
      }
      if (exchange.now().isBefore(began.plus(PAUSE))) {
        Thread.sleep(PAUSE);
      }
    }
  }

  private void requirePatience(RuntimeException failure, Instant until) {
    boolean neverThere = !told && failure instanceof UnreachableException;
    if (neverThere || exchange.now().isAfter(until)) {
      throw failure;
    }
    tell(Cli.sentence(failure));
  }

  private void tell(String sentence) {
    if (!told) {
      exchange.warn(sentence + " Going on when that is over …");
    }
    told = true;
  }
}
