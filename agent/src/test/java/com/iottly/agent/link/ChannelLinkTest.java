package com.iottly.agent.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.ChannelLimits;
import com.iottly.agent.channel.Channels;
import com.iottly.agent.channel.Ending;
import com.iottly.agent.channel.Priority;
import com.iottly.agent.channel.Service;
import com.iottly.agent.channel.Session;
import com.iottly.agent.link.TestPlatform.Connected;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolSettings;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels on a real connection, beside messages and heartbeats. */
class ChannelLinkTest {

  private static final int MUCH = 32 << 20;
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir Path folder;

  private final Log log = Fixtures.quiet();
  private final OkHttpClient client = new OkHttpClient();
  private final Channels channels = new Channels(ChannelLimits.defaults(), log);
  private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
  private final AtomicLong poured = new AtomicLong();
  private TestPlatform platform;
  private Spool spool;
  private Link link;

  /** A service that sends much, and as fast as it is taken. */
  private final class Source implements Service {
    @Override
    public String name() {
      return "source";
    }

    @Override
    public Priority priority() {
      return Priority.BULK;
    }

    @Override
    public Session open(Map<String, Object> arguments, Channel channel) {
      Thread.ofPlatform().name("source").daemon().start(() -> pour(channel));
      return new Session() {
        @Override
        public void data(byte[] bytes) {}

        @Override
        public void control(Map<String, Object> control) {}

        @Override
        public void closed(Ending ending) {
          endings.add(ending);
        }
      };
    }

    private void pour(Channel channel) {
      try {
        byte[] bytes = new byte[64 << 10];
        for (int sent = 0; sent < MUCH; sent += bytes.length) {
          channel.data(bytes);
          poured.addAndGet(bytes.length);
        }
        channel.end("ended", Map.of());
      } catch (ClosedChannelException | InterruptedException e) {
        // the session hears of it
      }
    }
  }

  @BeforeEach
  void open() throws Exception {
    platform = TestPlatform.narrow();
    channels.offer(List.of(new Source()));
    spool =
        Spool.open(
            SpoolSettings.of(folder, 64L << 20, Duration.ofDays(1)),
            Fixtures.clock(),
            new Random(5),
            log);
    link =
        new Link(
            new LinkSettings(
                platform.endpoint(),
                "the-token",
                SHORT,
                SHORT,
                Duration.ofSeconds(30),
                Duration.ofSeconds(5),
                1,
                Duration.ofMillis(1),
                64 << 10,
                1 << 20),
            client,
            spool,
            Fixtures.clock(),
            new Self("1.2.3", Map.of()),
            _ -> {},
            channels,
            () -> {},
            new Random(5),
            log);
    await().until(() -> link.status().connected());
  }

  @AfterEach
  void close() throws Exception {
    link.close();
    spool.close();
    platform.close();
    client.dispatcher().executorService().shutdown();
  }

  private static Frame.Open source(int credit) {
    return new Frame.Open(1, credit, "source", Payload.of("{}"));
  }

  private static long bytes(List<Frame> frames) {
    return frames.stream()
        .mapToLong(frame -> frame instanceof Frame.Data data ? data.size() : 0)
        .sum();
  }

  /** The network is full to the brim, and the source waits. */
  private void awaitStuck() {
    var last = new AtomicLong();
    await()
        .during(Duration.ofMillis(300))
        .until(() -> poured.get() > 0 && poured.get() == last.getAndSet(poured.get()));
  }

  @Test
  void helloNamesTheServices() {
    assertThat(platform.last().all(Frame.Hello.class).getFirst().info())
        .hasToString("{\"services\":[\"source\"]}");
  }

  @Test
  void aMessageGoesBeforeTheRestOfAHugeCopy() {
    Connected connection = platform.last();
    connection.pause();
    connection.send(source(Integer.MAX_VALUE));
    awaitStuck();
    assertThat(poured.get()).isLessThan(MUCH / 2);
    spool.append(Frame.Kind.USERDEFINED, null, Payload.of("{\"n\":1}")).join();
    connection.resume();
    await().until(() -> !connection.all(Frame.End.class).isEmpty());

    List<Frame> frames = connection.frames;
    int message = frames.indexOf(connection.all(Frame.Batch.class).getFirst());
    assertThat(bytes(frames.subList(0, message))).isLessThan(MUCH / 2);
    assertThat(bytes(frames)).isEqualTo(MUCH);
  }

  @Test
  void aLostConnectionEndsItsChannelsAndTheNextOneStartsWithNone() throws Exception {
    platform.last().send(source(1_000));
    await().until(() -> bytes(platform.last().frames) == 1_000);
    platform.last().close(CloseCode.GOING_AWAY, "the platform is restarting");
    assertThat(endings.poll(10, TimeUnit.SECONDS)).isEqualTo(Ending.LOST);
    await().until(() -> platform.connections.size() == 2 && link.status().connected());
    platform.last().send(source(500));
    await().until(() -> bytes(platform.last().frames) == 500);
  }

  @Test
  void aPlatformThatBreaksARuleOfChannelsIsLeftAndMessagesAreNotBlamed() {
    spool.append(Frame.Kind.USERDEFINED, null, Payload.of("{\"n\":1}")).join();
    Connected first = platform.last();
    first.send(new Frame.Credit(7, 1));
    await().until(() -> first.closeCode == CloseCode.BAD_CHANNEL.code());
    await().until(() -> platform.connections.size() == 2 && platform.received == 1);
    assertThat(platform.connections.stream().flatMap(c -> c.all(Frame.Gap.class).stream()))
        .isEmpty();
  }
}
