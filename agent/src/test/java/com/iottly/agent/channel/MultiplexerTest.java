package com.iottly.agent.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.Seed;
import com.iottly.agent.json.Json;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MultiplexerTest {

  private static final ChannelLimits SMALL = new ChannelLimits(2, 64 << 10, 32 << 10, 4);

  private final BlockingQueue<Recorded> sessions = new LinkedBlockingQueue<>();
  private ChannelPeer peer = new ChannelPeer(SMALL, service("talk", Priority.INTERACTIVE));

  /** A session that keeps what comes, and sends what the test lets it send. */
  private static final class Recorded implements Session {
    final Map<String, Object> arguments;
    final Channel channel;
    final BlockingQueue<Object> came = new LinkedBlockingQueue<>();
    final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();
    final CountDownLatch let = new CountDownLatch(1);
    volatile boolean stuck;

    Recorded(Map<String, Object> arguments, Channel channel) {
      this.arguments = arguments;
      this.channel = channel;
    }

    @Override
    public Map<String, Object> info() {
      return Map.of("hello", arguments.getOrDefault("name", "nobody"));
    }

    @Override
    public void data(byte[] bytes) throws IOException, InterruptedException {
      if (stuck) {
        let.await();
      }
      if (bytes.length == 1) {
        throw new IOException("one byte is not enough");
      }
      came.add(bytes);
    }

    @Override
    public void control(Map<String, Object> control) throws RefusedException, InterruptedException {
      if (stuck) {
        let.await();
      }
      if (control.containsKey("impossible")) {
        throw new RefusedException("not_allowed", "Impossible things are not done here.");
      }
      came.add(control);
    }

    @Override
    public void closed(Ending ending) {
      let.countDown();
      endings.add(ending);
    }

    Ending ending() throws InterruptedException {
      return endings.poll(10, TimeUnit.SECONDS);
    }
  }

  private Service service(String name, Priority priority) {
    return new Service() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Priority priority() {
        return priority;
      }

      @Override
      public Session open(Map<String, Object> arguments, Channel channel) throws RefusedException {
        if (arguments.containsKey("forbidden")) {
          throw new RefusedException("not_allowed", "Not this one.");
        }
        Recorded session = new Recorded(arguments, channel);
        sessions.add(session);
        if (arguments.containsKey("brief")) {
          channel.end("ended", Map.of());
        }
        return session;
      }
    };
  }

  @AfterEach
  void close() throws Exception {
    peer.close();
  }

  private Recorded session() throws InterruptedException {
    return sessions.poll(10, TimeUnit.SECONDS);
  }

  private static Payload none() {
    return Payload.of("{}");
  }

  @Test
  void aServiceIsOpenedTalkedToAndEnded() throws Exception {
    int channel = peer.open("talk", Map.of("name", "anna"));
    assertThat(peer.opened(channel)).isEqualTo(Map.of("hello", "anna"));
    Recorded session = session();
    peer.data(channel, "how are you?");
    peer.control(channel, Map.of("resize", 80));
    assertThat(session.came.poll(10, TimeUnit.SECONDS)).isEqualTo("how are you?".getBytes());
    assertThat(session.came.poll(10, TimeUnit.SECONDS)).isEqualTo(Map.of("resize", 80));

    session.channel.data("fine".getBytes());
    session.channel.control(Map.of("mood", "good"));
    session.channel.end("ended", Map.of("exit", 0));
    assertThat(peer.ended(channel))
        .isEqualTo(new Frame.End(channel, "ended", Payload.of("{\"exit\":0}")));
    assertThat(peer.text(channel)).isEqualTo("fine");
    assertThat(peer.controls(channel)).containsExactly(Map.of("mood", "good"));
    assertThat(session.ending()).isEqualTo(Ending.HERE);
    assertThatThrownBy(() -> session.channel.data(new byte[2]))
        .isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void whatIsRefusedIsEndedWithItsReason() {
    int forbidden = peer.open("talk", Map.of("forbidden", true));
    assertThat(peer.ended(forbidden).code()).isEqualTo("not_allowed");
    assertThat(peer.ended(forbidden).result()).hasToString("{\"error\":\"Not this one.\"}");
    int unknown = peer.open("dance", Map.of());
    assertThat(peer.ended(unknown).code()).isEqualTo("unknown_service");
    assertThat(peer.ended(unknown).result().toString()).contains("it has talk");
  }

  @Test
  void whatEndsBeforeItIsOpenIsOpenedAndEndedInThatOrder() throws Exception {
    int channel = peer.open("talk", Map.of("brief", true));
    assertThat(peer.ended(channel).code()).isEqualTo("ended");
    assertThat(peer.frames()).hasSize(2).first().isInstanceOf(Frame.Opened.class);
    assertThat(session().ending()).isEqualTo(Ending.HERE);
  }

  @Test
  void thereAreAsManyChannelsAsTheLimitAndOneMoreIsRefused() throws Exception {
    int first = peer.open("talk", Map.of());
    int second = peer.open("talk", Map.of());
    peer.opened(first);
    peer.opened(second);
    assertThat(peer.ended(peer.open("talk", Map.of())).code()).isEqualTo("too_many_channels");
    session().channel.end("ended", Map.of());
    int fourth = peer.open("talk", Map.of());
    peer.opened(fourth);
  }

  @Test
  void aSessionThatThrowsEndsItsChannelAndNoOther() throws Exception {
    int broken = peer.open("talk", Map.of());
    int refusing = peer.open("talk", Map.of());
    peer.opened(broken);
    peer.opened(refusing);
    peer.data(broken, "x");
    assertThat(peer.ended(broken).code()).isEqualTo("failed");
    assertThat(peer.ended(broken).result().toString()).contains("one byte is not enough");
    peer.control(refusing, Map.of("impossible", 1));
    assertThat(peer.ended(refusing).code()).isEqualTo("not_allowed");
    assertThat(session().ending()).isEqualTo(Ending.HERE);
  }

  @Test
  void aSessionWaitsForCreditAndGoesOnWithIt() throws Exception {
    peer.stingy();
    int channel = peer.open("talk", 10, Map.of());
    peer.opened(channel);
    Recorded session = session();
    Thread sender =
        Thread.ofPlatform()
            .start(() -> {
              try {
                session.channel.data(new byte[25]);
              } catch (ClosedChannelException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await().until(() -> peer.bytes(channel).length == 10);
    await().until(() -> sender.getState() == Thread.State.WAITING);
    peer.send(new Frame.Credit(channel, 15));
    sender.join();
    await().until(() -> peer.bytes(channel).length == 25);
  }

  @Test
  void aSessionThatWaitsForCreditIsWokenWhenItsChannelEnds() throws Exception {
    peer.stingy();
    int channel = peer.open("talk", 0, Map.of());
    peer.opened(channel);
    Recorded session = session();
    BlockingQueue<Exception> thrown = new LinkedBlockingQueue<>();
    Thread sender =
        Thread.ofPlatform()
            .start(() -> {
              try {
                session.channel.data(new byte[25]);
              } catch (ClosedChannelException | InterruptedException e) {
                thrown.add(e);
              }
            });
    await().until(() -> sender.getState() == Thread.State.WAITING);
    peer.send(new Frame.End(channel, "closed", none()));
    assertThat(thrown.poll(10, TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
    assertThat(session.ending()).isEqualTo(Ending.THERE);
  }

  @Test
  void creditIsGivenBackAsTheSessionDealsWithWhatCame() throws Exception {
    int channel = peer.open("talk", Map.of());
    peer.opened(channel);
    Recorded session = session();
    session.stuck = true;
    peer.data(channel, new byte[64 << 10]);
    assertThat(peer.all(channel, Frame.Credit.class)).isEmpty();
    session.let.countDown();
    await()
        .until(() ->
            peer.all(channel, Frame.Credit.class).stream().mapToInt(Frame.Credit::bytes).sum()
                == 64 << 10);
  }

  @Test
  void bytesBeyondTheCreditBreakTheConnection() throws Exception {
    int channel = peer.open("talk", Map.of());
    peer.opened(channel);
    session().stuck = true;
    peer.data(channel, new byte[64 << 10]);
    assertBadChannel(() -> peer.data(channel, "x"));
  }

  @Test
  void channelsThatNeverWereBreakTheConnectionAndEndedOnesDoNot() throws Exception {
    int channel = peer.open("talk", Map.of());
    peer.opened(channel);
    assertBadChannel(() -> peer.data(channel + 1, "hi"));
    assertBadChannel(() -> peer.send(new Frame.Open(channel, 1, "talk", none())));
    assertBadChannel(() -> peer.send(new Frame.Credit(channel, Integer.MAX_VALUE)));
    assertBadChannel(() -> peer.send(new Frame.Opened(channel, 1, none())));
    session().channel.end("ended", Map.of());
    peer.data(channel, "too late");
    peer.send(new Frame.Credit(channel, 1));
  }

  private static void assertBadChannel(Runnable act) {
    assertThatThrownBy(act::run)
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.closeCode()).isEqualTo(CloseCode.BAD_CHANNEL));
  }

  @Test
  void wordsThatComeFasterThanTheyAreDealtWithEndTheChannel() throws Exception {
    int channel = peer.open("talk", Map.of());
    peer.opened(channel);
    session().stuck = true;
    for (int i = 0; i <= SMALL.controls(); i++) {
      peer.control(channel, Map.of("n", i));
    }
    assertThat(peer.ended(channel).code()).isEqualTo("too_many_controls");
  }

  @Test
  void aLostConnectionTellsEverySessionSoAndSoDoesALostClient() throws Exception {
    int first = peer.open("talk", Map.of());
    peer.opened(first);
    int second = peer.open("talk", Map.of());
    peer.opened(second);
    peer.send(new Frame.End(first, "lost", none()));
    assertThat(session().ending()).isEqualTo(Ending.LOST);
    peer.lose();
    assertThat(session().ending()).isEqualTo(Ending.LOST);
  }

  @Test
  void aStuckSessionIsToldThatItIsOver() throws Exception {
    int channel = peer.open("talk", Map.of());
    peer.opened(channel);
    Recorded session = session();
    session.stuck = true;
    peer.data(channel, "hello");
    peer.send(new Frame.End(channel, "closed", none()));
    assertThat(session.ending()).isEqualTo(Ending.THERE);
  }

  @Test
  void interactiveGoesBeforeBulkAndBulkWaitsForAShortQueue() throws Exception {
    Channels offered = new Channels(ChannelLimits.defaults(), Fixtures.quiet());
    offered.offer(List.of(service("shell", Priority.INTERACTIVE), service("copy", Priority.BULK)));
    try (Multiplexer multiplexer = offered.connect(() -> {})) {
      int[] copies = {1, 2};
      for (int channel : copies) {
        multiplexer.received(new Frame.Open(channel, 1 << 20, "copy", none()));
        awaitOpened(multiplexer);
      }
      for (int i = 0; i < copies.length; i++) {
        session().channel.data(new byte[48 << 10]);
      }
      multiplexer.received(new Frame.Open(3, 1 << 20, "shell", none()));
      Recorded shell = session();
      awaitOpened(multiplexer, 3);
      shell.channel.data("a key".getBytes());

      assertThat(multiplexer.next(128 << 10)).isNull();
      assertThat(multiplexer.next((128 << 10) - 1))
          .isEqualTo(new Frame.Data(3, ByteBuffer.wrap("a key".getBytes())));
      assertThat(multiplexer.next(64 << 10)).isNull();
      assertThat(multiplexer.isWaiting()).isTrue();
      List<Integer> turns = new ArrayList<>();
      for (var frame = multiplexer.next(0); frame != null; frame = multiplexer.next(0)) {
        turns.add(frame.channel());
      }
      assertThat(turns).containsExactly(1, 2, 1, 2, 1, 2);
      assertThat(multiplexer.isWaiting()).isFalse();
    }
  }

  private static void awaitOpened(Multiplexer multiplexer) {
    await().until(() -> multiplexer.next(0) instanceof Frame.Opened);
  }

  private static void awaitOpened(Multiplexer multiplexer, int channel) {
    await()
        .until(() ->
            multiplexer.next(96 << 10) instanceof Frame.Opened(int number, _, _)
                && number == channel);
  }

  @Test
  void muchInManyPiecesOnManyChannelsArrivesWholeAndInOrder() throws Exception {
    Random random = Seed.random(MultiplexerTest.class);
    peer.close();
    peer = new ChannelPeer(new ChannelLimits(8, 32 << 10, 16 << 10, 4), echo());
    for (int round = 0; round < 4; round++) {
      int channel = peer.open("echo", 1 + random.nextInt(40_000), Map.of());
      peer.opened(channel);
      byte[] sent = new byte[20_000 + random.nextInt(12_000)];
      random.nextBytes(sent);
      peer.data(channel, sent);
      peer.control(channel, Map.of("eof", true));
      assertThat(peer.ended(channel).code()).isEqualTo("ended");
      assertThat(peer.bytes(channel)).isEqualTo(sent);
    }
  }

  private static Service echo() {
    return new Service() {
      @Override
      public String name() {
        return "echo";
      }

      @Override
      public Priority priority() {
        return Priority.BULK;
      }

      @Override
      public Session open(Map<String, Object> arguments, Channel channel) {
        return new Session() {
          @Override
          public void data(byte[] bytes) throws IOException, InterruptedException {
            channel.data(bytes);
          }

          @Override
          public void control(Map<String, Object> control) {
            channel.end("ended", Json.read(Json.payload(control)));
          }

          @Override
          public void closed(Ending ending) {}
        };
      }
    };
  }
}
