package com.iottly.agent.remote.tunnel;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.Seed;
import com.iottly.agent.channel.ChannelPeer;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TunnelsTest {

  private ServerSocket server;
  private Tunnels tunnels;
  private ChannelPeer peer;

  @BeforeEach
  void listen() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    tunnels = tunnels(Duration.ofMinutes(1));
    peer = new ChannelPeer(tunnels);
  }

  private Tunnels tunnels(Duration idle) {
    return new Tunnels(rules(true, idle), System::nanoTime, Fixtures.quiet());
  }

  private RemoteConfig.Tunnel rules(boolean enabled, Duration idle) {
    List<String> targets = List.of("127.0.0.1:" + server.getLocalPort(), "localhost:*");
    return new RemoteConfig.Tunnel(enabled, targets, idle, 2);
  }

  @AfterEach
  void disconnect() throws Exception {
    peer.close();
    server.close();
  }

  private Map<String, Object> target() {
    return Map.of("host", "127.0.0.1", "port", server.getLocalPort());
  }

  private int open() {
    int channel = peer.open("tunnel", target());
    peer.opened(channel);
    return channel;
  }

  private void assertEnded(int channel, String code) {
    assertThat(peer.ended(channel).code()).as(peer.ended(channel).toString()).isEqualTo(code);
  }

  @Test
  void bytesGoBothWaysAndEachHalfEndsByItself() throws IOException {
    int channel = open();
    try (Socket socket = server.accept()) {
      peer.data(channel, "question");
      peer.control(channel, Map.of("eof", true));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).isEqualTo("question");
      socket.getOutputStream().write("answer".getBytes(UTF_8));
      socket.shutdownOutput();
      assertEnded(channel, "ended");
      assertThat(peer.text(channel)).isEqualTo("answer");
      assertThat(peer.controls(channel)).containsExactly(Map.of("eof", true));
    }
  }

  @Test
  void theServersHalfMayEndFirst() throws IOException {
    int channel = open();
    try (Socket socket = server.accept()) {
      socket.shutdownOutput();
      await().untilAsserted(() -> assertThat(peer.controls(channel)).hasSize(1));
      peer.data(channel, "late");
      peer.control(channel, Map.of("eof", true));
      assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8)).isEqualTo("late");
      assertEnded(channel, "ended");
    }
  }

  @Test
  void muchGoesThroughUnchanged() throws IOException {
    byte[] much = new byte[1_000_000];
    Seed.random(getClass()).nextBytes(much);
    int channel = open();
    try (Socket socket = server.accept()) {
      socket.getOutputStream().write(much);
      await().until(() -> peer.bytes(channel).length == much.length);
      assertThat(peer.bytes(channel)).isEqualTo(much);
    }
  }

  @Test
  void whatTheClientClosesIsClosedOnTheDevice() throws IOException {
    int channel = open();
    try (Socket socket = server.accept()) {
      peer.send(new Frame.End(channel, "closed", Payload.of("{}")));
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void aConnectionOnWhichNothingMovesIsEnded() throws Exception {
    peer.close();
    peer = new ChannelPeer(tunnels(Duration.ofMillis(200)));
    assertEnded(open(), "idle");
    int half = open();
    try (Socket _ = server.accept();
        Socket socket = server.accept()) {
      socket.shutdownOutput();
      assertEnded(half, "idle");
    }
  }

  @Test
  void whatIsNotAllowedOrNotThereIsRefusedByName() throws IOException {
    int closed;
    try (ServerSocket other = new ServerSocket(0)) {
      closed = other.getLocalPort();
    }
    assertEnded(peer.open("tunnel", Map.of("host", "127.0.0.1", "port", closed)), "not_allowed");
    assertEnded(
        peer.open("tunnel", Map.of("host", "127.1", "port", server.getLocalPort())), "not_allowed");
    assertEnded(peer.open("tunnel", Map.of("host", "LocalHost", "port", closed)), "not_connected");
    assertEnded(peer.open("tunnel", Map.of("host", "localhost")), "bad_argument");
    assertEnded(peer.open("tunnel", Map.of("host", "localhost", "port", 65_536)), "bad_argument");
  }

  @Test
  void oneConnectionMoreThanAllowedIsRefusedUntilOneEnds() throws IOException {
    int first = open();
    open();
    assertEnded(peer.open("tunnel", target()), "too_many_sessions");
    try (Socket socket = server.accept()) {
      socket.shutdownOutput();
      peer.control(first, Map.of("eof", true));
      assertEnded(first, "ended");
    }
    await()
        .untilAsserted(() -> {
          int next = peer.open("tunnel", target());
          await().until(() -> peer.frames().stream().anyMatch(frame -> frame.channel() == next));
          assertThat(peer.all(next, Frame.Opened.class)).isNotEmpty();
        });
  }

  @Test
  void turningTunnelsOffEndsThem() {
    int channel = open();
    tunnels.configure(rules(false, Duration.ofMinutes(1)));
    assertEnded(channel, "disabled");
    assertEnded(peer.open("tunnel", target()), "disabled");
  }
}
