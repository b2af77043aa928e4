package com.iottly.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Platform;
import com.iottly.cli.http.UnreachableException;
import com.iottly.cli.stream.Arrival;
import com.iottly.cli.stream.Channel;
import com.iottly.cli.stream.RefusedException;
import com.iottly.cli.stream.Stream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "shell",
    description = {
      "Open a shell on a device, in this terminal.",
      "Ends with the shell's exit code. A shell whose connection breaks is taken up again.",
      "~. at the beginning of a line leaves it; ~~ is one tilde."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli shell \"Cold room 4\"",
      "  echo 'df -h /' | iottly cli shell \"Cold room 4\"",
      "",
      "The device's owner must allow it: [remote] shell = true (docs/agent.md)."
    })
final class ShellCommand implements Callable<Integer> {

  private static final int CHUNK = 16 * 1024;
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final byte[] END_OF_INPUT = {4};

  private final Exchange exchange;

  @Parameters(paramLabel = "DEVICE", description = "Its name or id.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String device;

  /** Where what is typed goes; another one after each resumption. */
  private volatile @Nullable Channel channel;

  private volatile boolean left;
  private long received;

  ShellCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    boolean onTerminal = exchange.surroundings().terminal().isPresent();
    ObjectNode arguments = onTerminal ? RawTerminal.size() : Platform.JSON.createObjectNode();
    String type = exchange.surroundings().environment().getOrDefault("TERM", "dumb");
    arguments.put("term", type);
    String id = exchange.deviceId(device);
    try (Stream stream = Stream.connect(exchange.platform(), exchange.project())) {
      Channel opened = stream.open(id, "shell", arguments);
      if (!onTerminal) {
        return run(id, opened);
      }
      exchange.remark(
          "Connected to %s; ~. at the beginning of a line leaves it.".formatted(device));
      try (RawTerminal _ = RawTerminal.begin()) {
        RawTerminal.onResize(this::resize);
        return run(id, opened);
      }
    }
  }

  private int run(String id, Channel opened) throws IOException, InterruptedException {
    channel = opened;
    Thread.ofPlatform().name("typed").daemon().start(this::type);
    Arrival.Closed closed = show(opened);
    while (closed.code().equals(Stream.LOST) && !left) {
      closed = takeUpAgain(id, opened);
    }
    return left ? ExitCode.DONE : exit(closed);
  }

  private static int exit(Arrival.Closed closed) {
    return closed.code().equals("ended")
        ? closed.result().path("exit").asInt()
        : Ended.exit(closed);
  }

  /** Until the channel is closed. */
  private Arrival.Closed show(Channel shown) throws IOException, InterruptedException {
    OutputStream out = exchange.surroundings().bytes().out();
    while (true) {
      switch (shown.next()) {
        case Arrival.Bytes(ByteBuffer bytes) -> {
          received += bytes.remaining();
          out.write(bytes.array(), bytes.position(), bytes.remaining());
          out.flush();
        }
        case Arrival.Interrupted _ -> exchange.remark("\r\n[the device is away, waiting …]\r");
        case Arrival.Resumed _ -> exchange.remark("\r\n[the device is back]\r");
        case Arrival.Control _ -> {}
        case Arrival.Closed closed -> {
          return closed;
        }
      }
    }
  }

  private Arrival.Closed takeUpAgain(String id, Channel before)
      throws IOException, InterruptedException {
    String session = before.info().path("session").asText();
    Instant until = exchange.now().plusSeconds(before.info().path("grace").asLong());
    exchange.remark("\r\n[the connection broke, trying again …]\r");
    while (true) {
      try (Stream stream = Stream.connect(exchange.platform(), exchange.project())) {
        ObjectNode arguments =
            Platform.JSON.createObjectNode().put("resume", session).put("received", received);
        Channel again = stream.open(id, "shell", arguments);
        received = again.info().path("position").asLong(received);
        channel = again;
        exchange.remark("[here it is again]\r");
        return show(again);
      } catch (UnreachableException | RefusedException e) {
        boolean passing =
            !(e instanceof RefusedException refused) || refused.code().equals("device_offline");
        if (!passing || exchange.now().isAfter(until)) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  private void resize() {
    Channel now = channel;
    ObjectNode size = RawTerminal.size();
    if (now != null && size.has("columns")) {
      try {
        now.control(Platform.JSON.createObjectNode().set("resize", size));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void type() {
    byte[] typed = new byte[CHUNK];
    Escape escape = new Escape();
    boolean onTerminal = exchange.surroundings().terminal().isPresent();
    try {
      while (true) {
        int length = exchange.surroundings().bytes().in().read(typed);
        Channel now = channel;
        if (length < 0 || now == null) {
          break;
        }
        byte[] passed = onTerminal ? escape.pass(typed, length) : typed;
        boolean _ = now.send(passed, onTerminal ? passed.length : length);
        if (escape.leaving()) {
          left = true;
          now.leave();
          return;
        }
      }
      Channel last = channel;
      if (last != null) {
        boolean _ = last.send(END_OF_INPUT, END_OF_INPUT.length);
      }
    } catch (IOException e) {
      exchange.warn("standard input can't be read: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
