package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is acknowledged is on disk: seen from outside, in the system calls of both processes. */
class DurabilityTest {

  private static final String WRITE_AHEAD_LOG = ".log";
  private static final String SPOOL = ".seg";

  /** Few enough for one block of the write-ahead log (32 KiB), which does not cut a marker then. */
  private static final int BATCHES = 30;

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void noAcknowledgementLeavesTheServerBeforeItsDataIsSynced() throws Exception {
    Platform platform = stage.platform();
    String token = stage.agent(platform).token();
    platform.stop();
    Path output = folder.resolve("server.trace");
    platform.startUnder(SyscallTrace.strace(output));
    platform.start();
    long last = 0;
    try (ScriptedDevice device = ScriptedDevice.connect(platform, token)) {
      for (int batch = 1; batch <= BATCHES; batch++) {
        List<String> payloads =
            LongStream.rangeClosed(last + 1, last + 5).mapToObj(DurabilityTest::marker).toList();
        device.sendBatch(last + 1, payloads);
        last += payloads.size();
        if (batch <= BATCHES / 2) {
          device.awaitAck(last);
        }
      }
      device.awaitAck(last);
    }
    platform.server().close();

    SyscallTrace trace = SyscallTrace.read(output);
    assertThat(acknowledged(trace)).isEqualTo(last);
    assertThat(earlyAcknowledgements(trace)).isEmpty();
  }

  @Test
  void nothingIsCalledStoredOrSentByTheAgentBeforeItsSpoolIsSynced() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent agent = stage.agent(platform);
    Path output = folder.resolve("agent.trace");
    agent.startUnder(SyscallTrace.strace(output));
    agent.start();
    Pump pump = new Pump(agent);
    pump.start(200).join();
    agent.awaitDrained();
    agent.process().close();

    SyscallTrace trace = SyscallTrace.read(output);
    Map<String, Integer> answers = trace.sentLocally();
    List<String> early = new ArrayList<>();
    pump.storedSequences()
        .forEach((n, sequence) -> {
          int answered = answers.get("{\"stored\":" + sequence + "}");
          if (!trace.isDurable("{\"n\":" + n + "}", SPOOL, answered)) {
            early.add("message " + n + " was called stored before it was synced");
          }
        });
    int sent = 0;
    for (SyscallTrace.Sent frame : trace.sentFrames().stream().flatMap(List::stream).toList()) {
      if (frame.frame() instanceof Frame.Batch batch) {
        for (Frame.DeviceMessage message : batch.messages()) {
          sent++;
          if (!trace.isDurable(message.payload().toString(), SPOOL, frame.start())) {
            early.add(message.payload() + " was sent before it was synced");
          }
        }
      }
    }
    assertThat(pump.stored()).isEqualTo(200);
    assertThat(sent).isGreaterThanOrEqualTo(200);
    assertThat(early).isEmpty();
  }

  private static String marker(long sequence) {
    return "{\"marker\":" + sequence + "}";
  }

  private static long acknowledged(SyscallTrace trace) {
    long through = 0;
    for (SyscallTrace.Sent sent : acknowledgements(trace)) {
      through = Math.max(through, ((Frame.Ack) sent.frame()).through());
    }
    return through;
  }

  private static List<SyscallTrace.Sent> acknowledgements(SyscallTrace trace) {
    return trace.sentFrames().stream()
        .flatMap(List::stream)
        .filter(sent -> sent.frame() instanceof Frame.Ack)
        .toList();
  }

  private static List<String> earlyAcknowledgements(SyscallTrace trace) {
    List<String> early = new ArrayList<>();
    long checked = 0;
    for (SyscallTrace.Sent sent : acknowledgements(trace)) {
      long through = ((Frame.Ack) sent.frame()).through();
      for (; checked < through; checked++) {
        if (!trace.isDurable(marker(checked + 1), WRITE_AHEAD_LOG, sent.start())) {
          early.add(
              "%d was acknowledged at line %d, before it was synced"
                  .formatted(checked + 1, sent.start()));
        }
      }
    }
    return early;
  }

  // The proof that these tests can fail: traces of what must not be.

  private static final String LOG = "66<" + hex("/data/journal/000012.log") + ">";
  private static final String OTHER_LOG = "67<" + hex("/data/journal/000013.log") + ">";
  private static final String WRITTEN =
      "10 write(" + LOG + ", \"" + hex(marker(1)) + "\", 12) = 12";
  private static final String SYNCED = "10 fdatasync(" + LOG + ") = 0";

  @Test
  void aTraceInWhichTheSyncComesFirstIsFine() throws IOException {
    assertThat(early(WRITTEN, SYNCED, acknowledgement())).isEmpty();
    assertThat(
            early(
                "10 write(" + LOG + ", \"" + hex(marker(1)) + "\", 12 <unfinished ...>",
                "11 write(1</dev/null>, \"\", 0) = 0",
                "10 <... write resumed>) = 12",
                "10 fdatasync(" + LOG + " <unfinished ...>",
                "11 write(1</dev/null>, \"\", 0) = 0",
                "10 <... fdatasync resumed>) = 0",
                acknowledgement()))
        .isEmpty();
  }

  @Test
  void aTraceInWhichTheAcknowledgementComesFirstIsReported() throws IOException {
    String early = "1 was acknowledged";
    assertThat(early(WRITTEN, acknowledgement())).singleElement().asString().contains(early);
    assertThat(early(WRITTEN, acknowledgement(), SYNCED)).hasSize(1);
    assertThat(early(SYNCED, WRITTEN, acknowledgement())).hasSize(1);
    assertThat(early(WRITTEN, "10 fdatasync(" + OTHER_LOG + ") = 0", acknowledgement())).hasSize(1);
    assertThat(
            early(
                WRITTEN,
                "10 fdatasync(" + LOG + ") = -1 EIO (Input/output error)",
                acknowledgement()))
        .hasSize(1);
    assertThat(
            early(
                WRITTEN,
                "10 fdatasync(" + LOG + " <unfinished ...>",
                acknowledgement(),
                "10 <... fdatasync resumed>) = 0"))
        .hasSize(1);
    assertThat(
            early(
                "10 fdatasync(" + LOG + " <unfinished ...>",
                WRITTEN.replace("10 ", "11 "),
                "10 <... fdatasync resumed>) = 0",
                acknowledgement()))
        .hasSize(1);
  }

  private static List<String> early(String... lines) {
    String socket = "88<TCPv6:[[::ffff:127.0.0.1]:31350->[::ffff:127.0.0.1]:44110]>";
    String upgrade = hex("HTTP/1.1 101 OK\r\nUpgrade: websocket\r\n\r\n");
    SyscallTrace trace =
        SyscallTrace.of(
            Stream.concat(
                Stream.of("9 sendto(" + socket + ", \"" + upgrade + "\", 39, 0, NULL, 0) = 39"),
                Stream.of(lines)));
    assertThat(acknowledged(trace)).isEqualTo(1);
    return earlyAcknowledgements(trace);
  }

  private static String acknowledgement() {
    byte[] frame = FrameCodec.encode(new Frame.Ack(1));
    String bytes = "\\x82\\x%02x".formatted(frame.length) + hex(frame);
    return "9 sendto(88<TCPv6:[[::ffff:127.0.0.1]:31350->[::ffff:127.0.0.1]:44110]>, \""
        + bytes
        + "\", 12, 0, NULL, 0) = 12";
  }

  private static String hex(String text) {
    return hex(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().withPrefix("\\x").formatHex(bytes);
  }
}
