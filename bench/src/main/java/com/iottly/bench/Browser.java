package com.iottly.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * One page in a Chromium without a window, driven by the Chrome DevTools Protocol
 * (chromedevtools.github.io/devtools-protocol). One thread.
 */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String ANNOUNCES = "DevTools listening on ";

  private final Child child;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> waiting = new ConcurrentHashMap<>();

  private Browser(Child child, URI devTools) {
    this.child = child;
    try {
      JsonNode targets =
          Api.JSON.readTree(
              fetch(URI.create("http://127.0.0.1:" + devTools.getPort() + "/json/list")));
      String page = Api.required(targets.path(0), "webSocketDebuggerUrl");
      this.socket = http.newWebSocketBuilder().buildAsync(URI.create(page), new Answers()).join();
    } catch (IOException e) {
      throw new BenchException("the browser can't be spoken to: " + BenchException.reason(e), e);
    }
  }

  /** Starts it, when there is one on this machine. */
  static Optional<Browser> start(Workspace workspace) {
    return List.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
        .stream()
        .map(Path::of)
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> start(program, workspace));
  }

  private static Browser start(Path program, Workspace workspace) {
    Path folder = workspace.in("browser");
    Path log = folder.resolve("browser.log");
    Child child =
        Child.start(
            "browser",
            List.of(
                program.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--window-size=1280,900",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "about:blank"),
            log);
    try {
      return new Browser(child, devTools(child, log));
    } catch (RuntimeException e) {
      child.close();
      throw e;
    }
  }

  private static URI devTools(Child child, Path log) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (child.alive() && System.nanoTime() < deadline) {
      Optional<String> address =
          ProcessFacts.read(log).lines().filter(line -> line.startsWith(ANNOUNCES)).findFirst();
      if (address.isPresent()) {
        return URI.create(address.get().substring(ANNOUNCES.length()).strip());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    throw new BenchException("the browser did not start:\n" + child.tail());
  }

  private byte[] fetch(URI address) throws IOException {
    try {
      return http.send(
              HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  /** Forgets every file that it has kept. */
  void clearCache() {
    JsonNode _ = call("Network.clearBrowserCache", Api.JSON.createObjectNode());
  }

  void go(String address) {
    JsonNode _ = call("Page.navigate", Api.JSON.createObjectNode().put("url", address));
  }

  /** Runs a script in the page, waits for the promise that it may be, and answers its value. */
  JsonNode run(String script) {
    ObjectNode parameters =
        Api.JSON
            .createObjectNode()
            .put("expression", script)
            .put("awaitPromise", true)
            .put("returnByValue", true);
    JsonNode answer = call("Runtime.evaluate", parameters);
    if (answer.has("exceptionDetails")) {
      throw new BenchException("a script failed in the page: " + answer.get("exceptionDetails"));
    }
    return answer.at("/result/value");
  }

  /** Milliseconds from the beginning of the navigation until the page has such an element. */
  double shows(String selector) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      JsonNode at =
          run(
              """
              new Promise((done) => {
                const look = () => document.querySelector(%s) ? done(performance.now())
                  : performance.now() > 20000 ? done(-1) : requestAnimationFrame(look);
                look();
              })\
              """
                  .formatted(Api.JSON.valueToTree(selector)));
      if (at.isNumber() && at.asDouble() > 0) {
        return at.asDouble();
      }
    }
    throw new BenchException("the page never showed " + selector);
  }

  private JsonNode call(String method, ObjectNode parameters) {
    int number = numbers.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    waiting.put(number, answer);
    ObjectNode request = Api.JSON.createObjectNode().put("id", number).put("method", method);
    request.set("params", parameters);
    try {
      WebSocket _ = socket.sendText(request.toString(), true).get(20, TimeUnit.SECONDS);
      return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new BenchException("the browser does not answer " + method, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new BenchException("interrupted", e);
    }
  }

  @Override
  public void close() {
    socket.abort();
    http.shutdownNow();
    child.close();
  }

  private final class Answers implements WebSocket.Listener {

    private final StringBuilder part = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      part.append(data);
      if (last) {
        take(part.toString());
        part.setLength(0);
      }
      webSocket.request(1);
      return CompletableFuture.completedFuture(null);
    }

    private void take(String frame) {
      try {
        JsonNode answer = Api.JSON.readTree(frame);
        CompletableFuture<JsonNode> asked = waiting.remove(answer.path("id").asInt());
        if (asked != null) {
          asked.complete(answer.path("result"));
        }
      } catch (IOException e) {
        throw new BenchException("the browser did not say JSON", e);
      }
    }
  }
}
