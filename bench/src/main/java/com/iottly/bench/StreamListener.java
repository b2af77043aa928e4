package com.iottly.bench;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A client of the WebSocket API ({@code docs/streaming.md}) that follows all messages and looks how
 * old they are when they come, by the time their device gave them: to the millisecond.
 */
final class StreamListener implements WebSocket.Listener, AutoCloseable {

  private static final String STAMP = "\"devicetimestamp\":\"";
  private static final int TO_SECONDS = "2026-01-01T00:00:00".length();

  private final boolean reads;
  private final CompletableFuture<Void> live = new CompletableFuture<>();
  private final StringBuilder collected = new StringBuilder();
  private @Nullable WebSocket socket;
  private String second = "";
  private long secondMillis;

  private Latencies latencies = new Latencies();
  private long missed;

  /**
   * @param reads whether it reads on when it has subscribed
   */
  private StreamListener(boolean reads) {
    this.reads = reads;
  }

  /** Connects and subscribes. */
  static StreamListener open(
      HttpClient http, String url, String project, String key, boolean reads) {
    StreamListener listener = new StreamListener(reads);
    URI stream =
        URI.create(url.replaceFirst("^http", "ws") + "/v1.0/project/" + project + "/stream");
    try {
      WebSocket opened =
          http.newWebSocketBuilder()
              .header("Authorization", "Bearer " + key)
              .buildAsync(stream, listener)
              .get(30, TimeUnit.SECONDS);
      listener.socket = opened;
      opened
          .sendText(
              "{\"op\":\"subscribe\",\"subscription\":\"bench\",\"type\":\"userdefined\"}", true)
          .get(30, TimeUnit.SECONDS);
      listener.live.get(30, TimeUnit.SECONDS);
      return listener;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException("a stream could not be opened: " + BenchException.reason(e), e);
    }
  }

  @Override
  public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
    long now = System.currentTimeMillis();
    collected.append(data);
    if (last) {
      took(collected, now);
      collected.setLength(0);
    }
    if (reads || !live.isDone()) {
      webSocket.request(1);
    }
    return CompletableFuture.completedFuture(null);
  }

  private synchronized void took(StringBuilder frame, long now) {
    if (frame.indexOf("\"op\":\"live\"") >= 0) {
      live.complete(null);
    }
    if (frame.indexOf("\"op\":\"lagged\"") >= 0) {
      missed++;
    }
    for (int at = frame.indexOf(STAMP); at >= 0; at = frame.indexOf(STAMP, at + STAMP.length())) {
      long age = now - millis(frame, at + STAMP.length());
      latencies.record(TimeUnit.MILLISECONDS.toNanos(age));
    }
  }

  /** A plain date's milliseconds; many have the same second. */
  private long millis(StringBuilder frame, int start) {
    int end = frame.indexOf("\"", start);
    String seconds = frame.substring(start, start + TO_SECONDS);
    if (!seconds.equals(second)) {
      second = seconds;
      secondMillis = LocalDateTime.parse(seconds).toInstant(ZoneOffset.UTC).toEpochMilli();
    }
    int fraction = start + TO_SECONDS + 1;
    return secondMillis + (fraction < end ? Integer.parseInt(frame, fraction, end, 10) : 0);
  }

  /** What came since the last call. */
  synchronized Latencies takeLatencies() {
    Latencies taken = latencies;
    latencies = new Latencies();
    return taken;
  }

  /** How often it was told that it missed something. */
  synchronized long missed() {
    return missed;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    live.completeExceptionally(error);
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.abort();
    }
  }
}
