package com.iottly.platform.rocksdb;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.AppendOutcome.Appended;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.Samples;
import com.iottly.platform.core.Uplink;
import com.iottly.wire.Payload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/**
 * Does what it is told on standard input: {@code fill} appends until it can't, {@code append} tries
 * once, {@code health} says how the store does, {@code end} closes it.
 */
final class FillingChild {

  private final Random random = new Random(1);
  private final Journal journal;
  private final Journal.Opened.Stream stream;
  private long next;

  private FillingChild(Journal journal) {
    this.journal = journal;
    this.stream = Samples.open(journal, Samples.DEVICE, Samples.EPOCH);
    this.next = stream.received() + 1;
  }

  public static void main(String[] arguments) throws IOException {
    RocksConfig config =
        RocksFixture.small(Path.of(arguments[0]))
            .withDisk(Long.parseLong(arguments[1]), Duration.ofMillis(50));
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    try (RocksStore store = RocksStore.open(config, InstantSource.system(), new Random())) {
      FillingChild child = new FillingChild(store.journal());
      System.out.println("ready");
      for (String line = input.readLine(); !line.equals("end"); line = input.readLine()) {
        switch (line) {
          case "fill" -> child.fill();
          case "append" -> System.out.println(child.append());
          case "health" ->
              System.out.println(
                  "health " + store.health().state() + " " + store.health().reason());
          default -> throw new IllegalArgumentException(line);
        }
      }
    }
    System.out.println("closed");
  }

  private void fill() {
    String line = append();
    while (line.startsWith("acked")) {
      System.out.println(line);
      line = append();
    }
    System.out.println(line);
  }

  /** Tries the next message; one that was stored although nobody was told counts as well. */
  private String append() {
    AppendOutcome outcome =
        Samples.get(
            journal.append(
                Samples.PROJECT,
                Samples.DEVICE,
                stream.fence(),
                Samples.EPOCH,
                next,
                List.of(message())));
    return switch (outcome) {
      case Appended appended -> "acked " + next++;
      case AppendOutcome.AlreadyHave have -> "acked " + next++;
      case AppendOutcome.Unavailable unavailable -> "unavailable " + unavailable.reason();
      case AppendOutcome.Missing missing -> "unexpected " + missing;
      case AppendOutcome.Fenced fenced -> "unexpected " + fenced;
      case AppendOutcome.Busy busy -> "unexpected " + busy;
    };
  }

  private Uplink message() {
    StringBuilder text = new StringBuilder(32 << 10);
    while (text.length() < 32 << 10) {
      text.append(Long.toHexString(random.nextLong()));
    }
    return new Uplink.NewMessage(
        MessageType.USERDEFINED,
        Samples.DEVICE_TIME,
        true,
        Long.toString(next),
        Payload.of("{\"x\":\"" + text + "\"}"));
  }
}
