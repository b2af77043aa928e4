package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.ChannelLimits;
import com.iottly.agent.channel.Channels;
import com.iottly.agent.channel.Ending;
import com.iottly.agent.channel.Priority;
import com.iottly.agent.channel.Service;
import com.iottly.agent.channel.Session;
import com.iottly.agent.clock.DeviceClock;
import com.iottly.agent.command.Commands;
import com.iottly.agent.command.Echo;
import com.iottly.agent.link.Link;
import com.iottly.agent.link.LinkSettings;
import com.iottly.agent.link.Self;
import com.iottly.agent.log.Log;
import com.iottly.agent.spool.Spool;
import com.iottly.agent.spool.SpoolSettings;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An endless copy each way on a narrow network, and beside it all that must not wait for it. */
class CopyTest {

  private static final int BYTES_PER_SECOND = 1 << 20;
  private static final int MESSAGES = 20;
  private static final Duration HEARTBEAT = Duration.ofSeconds(1);

  @TempDir Path folder;

  private final Log log =
      new Log(
          Log.Level.ERROR,
          InstantSource.system(),
          null,
          new PrintStream(new ByteArrayOutputStream()));
  private final AtomicLong sunk = new AtomicLong();

  /** Pours without end, and swallows what comes. */
  private final class Copying implements Service {
    @Override
    public String name() {
      return "files";
    }

    @Override
    public Priority priority() {
      return Priority.BULK;
    }

    @Override
    public Session open(Map<String, Object> arguments, Channel channel) {
      if (arguments.containsKey("download")) {
        Thread.ofPlatform().name("pouring").daemon().start(() -> pour(channel));
      }
      return new Session() {
        @Override
        public void data(byte[] bytes) {
          sunk.addAndGet(bytes.length);
        }

        @Override
        public void control(Map<String, Object> control) {}

        @Override
        public void closed(Ending ending) {}
      };
    }

    private void pour(Channel channel) {
      try {
        byte[] bytes = new byte[64 << 10];
        while (true) {
          channel.data(bytes);
        }
      } catch (ClosedChannelException | InterruptedException e) {
        // the client has had enough
      }
    }
  }

  /** A client that takes what channel 1 brings, and pours into channel 2. */
  private static final class Client implements WebSocket.Listener {
    final AtomicLong received = new AtomicLong();
    final Semaphore credit = new Semaphore(0);
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        on(text.toString());
        text.setLength(0);
      }
      socket.request(1);
      return null;
    }

    private void on(String frame) {
      try {
        JsonNode json = Api.JSON.readTree(frame);
        if (json.path("channel").asInt() == 2) {
          credit.release(json.path("credit").asInt() + json.path("bytes").asInt());
        }
      } catch (java.io.IOException e) {
        throw new AssertionError(frame, e);
      }
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer part, boolean last) {
      received.addAndGet(part.remaining());
      socket.request(1);
      return null;
    }
  }

  @Test
  void aCopyEachWayStarvesNeitherMessagesNorHeartbeatsNorCommands() throws Exception {
    try (Stage stage = Stage.in(folder)) {
      Platform platform = stage.platform();
      JsonNode registered =
          platform
              .api()
              .provision(
                  "{\"project\":\"%s\",\"name\":\"copier\",\"macaddress\":\"02:00:00:00:00:77\",\"machine_id\":\"m\"}"
                      .formatted(platform.project()));
      String device = registered.at("/device/id").asText();
      FaultyNetwork network = stage.add(new FaultyNetwork(platform.port()));
      network.become(FaultyNetwork.Weather.narrow(BYTES_PER_SECOND));
      Spool spool = spool(stage);
      Link link = link(stage, network, registered.path("token").asText(), spool);
      await().atMost(Platform.PATIENCE).until(() -> link.status().connected());

      Client client = new Client();
      WebSocket socket = connect(stage, platform, client);
      open(socket, 1, device, "{\"download\":true}");
      open(socket, 2, device, "{\"upload\":true}");
      Thread.ofVirtual().name("uploading").start(() -> upload(socket, client));
      await().atMost(Platform.PATIENCE).until(() -> client.received.get() > BYTES_PER_SECOND);
      await().atMost(Platform.PATIENCE).until(() -> sunk.get() > BYTES_PER_SECOND);

      for (int i = 0; i < MESSAGES; i++) {
        spool.append(Kind.USERDEFINED, null, Payload.of("{\"n\":" + i + "}")).join();
      }
      String echo = "{\"cmd_type\":\"echo\",\"values\":{\"echo.content\":\"hi\"}}";
      JsonNode command = platform.api().post("device/" + device + "/command?wait=60", echo);
      assertThat(command.path("state").asText()).isEqualTo("succeeded");
      await()
          .atMost(Platform.PATIENCE)
          .until(() -> platform.api().history(device, "userdefined").size() > MESSAGES);

      long received = client.received.get();
      long taken = sunk.get();
      long heartbeats = 4 * HEARTBEAT.toSeconds() * BYTES_PER_SECOND / 2;
      await()
          .atMost(Platform.PATIENCE)
          .until(() ->
              client.received.get() > received + heartbeats && sunk.get() > taken + heartbeats);
      assertThat(network.connected()).isEqualTo(1);
      assertThat(link.status().connected()).isTrue();
    }
  }

  private Spool spool(Stage stage) throws Exception {
    return stage.add(
        Spool.open(
            SpoolSettings.of(folder.resolve("spool"), 64L << 20, Duration.ofDays(1)),
            clock(),
            new Random(1),
            log));
  }

  private static DeviceClock clock() {
    return new DeviceClock(InstantSource.system(), Instant.EPOCH, Duration.ofMinutes(1));
  }

  private Link link(Stage stage, FaultyNetwork network, String token, Spool spool)
      throws Exception {
    Commands commands =
        stage.add(
            Commands.open(
                folder.resolve("commands"),
                spool,
                Map.of(Echo.TYPE, new Echo(spool)),
                System::nanoTime,
                Duration.ofSeconds(5),
                log));
    Channels channels = new Channels(ChannelLimits.defaults(), log);
    channels.offer(List.of(new Copying()));
    return stage.add(
        new Link(
            LinkSettings.of(
                URI.create("ws://127.0.0.1:" + network.port() + "/ws"),
                token,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                HEARTBEAT,
                1,
                Duration.ofMillis(1)),
            new OkHttpClient(),
            spool,
            clock(),
            new Self("copier", Map.of()),
            commands::accept,
            channels,
            () -> {},
            new Random(1),
            log));
  }

  private static WebSocket connect(Stage stage, Platform platform, Client client)
      throws Exception {
    String key =
        platform
            .admin(
                "key",
                "create",
                platform.project(),
                "--description",
                "copy",
                "--scope",
                "read,remote",
                "--json")
            .path("secret")
            .asText();
    HttpClient http = stage.add(HttpClient.newHttpClient());
    WebSocket socket =
        http.newWebSocketBuilder()
            .header("Authorization", "Bearer " + key)
            .buildAsync(
                URI.create(
                    platform.url().replaceFirst("^http", "ws")
                        + "/v1.0/project/"
                        + platform.project()
                        + "/stream"),
                client)
            .get(30, TimeUnit.SECONDS);
    stage.add(socket::abort);
    return socket;
  }

  private static void open(WebSocket socket, int channel, String device, String arguments)
      throws Exception {
    String frame =
        "{\"op\":\"open\",\"channel\":%d,\"device\":\"%s\",\"service\":\"files\",\"arguments\":%s,\"credit\":2147483647}";
    socket.sendText(frame.formatted(channel, device, arguments), true).get(30, TimeUnit.SECONDS);
  }

  /** As far as the credit reaches, until the connection ends. */
  private static void upload(WebSocket socket, Client client) {
    int piece = 8 << 10;
    while (!socket.isOutputClosed()) {
      client.credit.acquireUninterruptibly(piece);
      socket
          .sendBinary(ByteBuffer.allocate(4 + piece).putInt(0, 2), true)
          .exceptionally(_ -> socket)
          .join();
    }
  }
}
