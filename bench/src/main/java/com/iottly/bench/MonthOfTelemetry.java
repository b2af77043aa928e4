package com.iottly.bench;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.Uplink;
import com.iottly.platform.rocksdb.RocksConfig;
import com.iottly.platform.rocksdb.RocksStore;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Samples a minute apart, as agents have sent them over weeks: written with the platform's own
 * store on a clock that runs ahead, since the platform gives its own time to what arrives.
 */
final class MonthOfTelemetry {

  private static final Duration APART = Duration.ofMinutes(1);
  private static final Duration ON_ITS_WAY = Duration.ofMillis(40);

  private MonthOfTelemetry() {}

  private record Writer(DeviceId device, Epoch epoch, long fence) {}

  /** Fills the journal of a server that does not run, up to now. */
  static void fill(Path journal, Provisioning.Fleet fleet, int devices, Duration span) {
    Instant end = Instant.now();
    Instant[] now = {end.minus(span)};
    ProjectId project = new ProjectId(fleet.project());
    Random random = new Random(1);
    long samples = span.dividedBy(APART);
    Progress progress = new Progress("write " + samples + " samples each", samples);
    try (RocksStore store = RocksStore.open(RocksConfig.in(journal), () -> now[0], random)) {
      List<Writer> writers =
          fleet.devices().stream()
              .limit(devices)
              .map(device -> writer(store.journal(), project, device))
              .toList();
      for (long sample = 1; sample <= samples; sample++) {
        now[0] = now[0].plus(APART);
        append(store.journal(), project, writers, sample, now[0], random);
        progress.at(sample);
      }
    }
    progress.done();
  }

  private static Writer writer(Journal journal, ProjectId project, Device device) {
    DeviceId id = new DeviceId(UUID.fromString(device.id()));
    Epoch epoch = new Epoch(1, device.number());
    if (journal.open(project, id, epoch).join() instanceof Journal.Opened.Stream(long fence, _)) {
      return new Writer(id, epoch, fence);
    }
    throw new BenchException("the journal does not take a device's messages");
  }

  private static void append(
      Journal journal,
      ProjectId project,
      List<Writer> writers,
      long sample,
      Instant now,
      Random random) {
    List<CompletableFuture<AppendOutcome>> outcomes = new ArrayList<>();
    for (Writer writer : writers) {
      Uplink message =
          new Uplink.NewMessage(
              MessageType.IOTTLYAGENT, now.minus(ON_ITS_WAY), true, null, payload(sample, random));
      outcomes.add(
          journal.append(
              project, writer.device(), writer.fence(), writer.epoch(), sample, List.of(message)));
    }
    for (CompletableFuture<AppendOutcome> outcome : outcomes) {
      if (!(outcome.join() instanceof AppendOutcome.Appended)) {
        throw new BenchException("a sample was not written: " + outcome.join());
      }
    }
  }

  /** What an agent on a small machine sends. */
  private static Payload payload(long sample, Random random) {
    double wave = 50 + 40 * Math.sin(sample / 200.0);
    return Payload.of(
        """
        {"telemetry":{"cpu":{"cores":4,"usage_percent":%.1f},"load":{"1m":%.2f,"5m":%.2f,"15m":%.2f},\
        "memory":{"total_bytes":4112060416,"available_bytes":%d,"swap_total_bytes":0,"swap_free_bytes":0},\
        "disk":[{"mount":"/","total_bytes":62725623808,"available_bytes":%d}],\
        "network":[{"interface":"eth0","received_bytes":%d,"received_errors":0,"sent_bytes":%d,"sent_errors":0}],\
        "temperature":[{"sensor":"cpu-thermal","celsius":%.1f}],"uptime_s":%d,\
        "boot_id":"0b3e2f1c-2c55-4b0a-9f3c-1d1c6c9f2b11","agent":{"rss_bytes":55574528,"anonymous_bytes":23404544,\
        "cpu_percent":0.1,"spool_waiting":0,"spool_bytes":4096,"dropped_telemetry":0,"dropped_messages":0,\
        "clock_offset_ms":3,"clock_trusted":true}}}\
        """
            .formatted(
                wave + random.nextDouble() * 10,
                wave / 25,
                wave / 30,
                wave / 40,
                2_000_000_000L + random.nextInt(100_000_000),
                31_000_000_000L - sample * 10_000,
                sample * 120_000,
                sample * 40_000,
                40 + wave / 5,
                sample * 60));
  }
}
