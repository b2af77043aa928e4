package com.iottly.platform.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An endpoint for webhooks on a free port: takes everything, or answers as it is told. */
public final class TestEndpoint implements AutoCloseable {

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Request> taken = new CopyOnWriteArrayList<>();
  private final BlockingQueue<Request> arrived = new LinkedBlockingQueue<>();
  private final Map<String, String> answerHeaders = new ConcurrentHashMap<>();
  private volatile Function<Request, Integer> status = _ -> 200;

  /** A request as it came; header names in lower case. */
  public record Request(String path, Map<String, String> headers, String body) {
    public String id() {
      return headers.get("webhook-id");
    }
  }

  public TestEndpoint() {
    this(0);
  }

  /** At that port, after an earlier one there was closed. */
  public TestEndpoint(int port) {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Map<String, String> headers = new ConcurrentHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> headers.put(name.toLowerCase(), values.getFirst()));
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Request request = new Request(exchange.getRequestURI().toString(), headers, body);
    int code = status.apply(request);
    if (code / 100 == 2) {
      taken.add(request);
    }
    arrived.add(request);
    answerHeaders.forEach(exchange.getResponseHeaders()::set);
    byte[] answer = "thank you".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(code, answer.length);
    try (exchange) {
      exchange.getResponseBody().write(answer);
    }
  }

  public void answers(int code) {
    status = _ -> code;
  }

  public void answers(Function<Request, Integer> code) {
    status = code;
  }

  public void sends(String header, String value) {
    answerHeaders.put(header, value);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url() {
    return "http://127.0.0.1:" + port() + "/hook";
  }

  /** What it took, in the order of arrival. */
  public List<Request> taken() {
    return taken;
  }

  /** The next request that arrives, taken or not. */
  public Request next() throws InterruptedException {
    Request request = arrived.poll(15, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
