package com.iottly.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** An endpoint of somebody's: it may be up, moody or down, and remembers what it took. */
final class Endpoint implements AutoCloseable {

  /** How it does. */
  enum Mood {
    /** Takes everything. */
    FINE,
    /** Refuses, breaks connections and is slow, each now and then. */
    FLAPPING
  }

  private final int port = Stage.freePort();
  private final Random random;
  private final Set<String> ids = new HashSet<>();
  private final Map<String, List<JsonNode>> taken = new HashMap<>();
  private int requests;
  private int repeats;
  private Mood mood = Mood.FINE;
  private HttpServer server;
  private ExecutorService threads;

  Endpoint(Random random) {
    this.random = random;
  }

  String url() {
    return "http://127.0.0.1:" + port + "/hook";
  }

  void up() throws IOException {
    threads = Executors.newVirtualThreadPerTaskExecutor();
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 1_000);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  void down() {
    server.stop(0);
    threads.shutdownNow();
  }

  synchronized void mood(Mood now) {
    mood = now;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      JsonNode body = Api.JSON.readTree(exchange.getRequestBody().readAllBytes());
      int fate = fate();
      if (fate == 0) {
        return; // breaks the connection
      }
      if (fate == 1) {
        LockSupport.parkNanos(Duration.ofMillis(300).toNanos());
      }
      boolean takes = fate != 2;
      if (takes) {
        take(exchange.getRequestHeaders().getFirst("webhook-id"), body.get("msg"));
      }
      exchange.sendResponseHeaders(takes ? 204 : 503, -1);
    }
  }

  private synchronized int fate() {
    requests++;
    return mood == Mood.FINE ? -1 : random.nextInt(12);
  }

  private synchronized void take(String id, JsonNode message) {
    if (ids.add(id)) {
      taken
          .computeIfAbsent(message.get("from").asText(), _ -> new ArrayList<>())
          .add(message.get("payload"));
    } else {
      repeats++;
    }
  }

  /** A device's payloads, each message once, in the order in which they came first. */
  synchronized List<JsonNode> taken(String device) {
    return List.copyOf(taken.getOrDefault(device, List.of()));
  }

  synchronized String account() {
    return "%d requests, %d messages, %d of them again".formatted(requests, ids.size(), repeats);
  }

  @Override
  public void close() {
    if (server != null) {
      down();
    }
  }
}
