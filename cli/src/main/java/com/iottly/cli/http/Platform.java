package com.iottly.cli.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A platform, called as somebody. Redirects are not followed: they would carry the credential to
 * another place. One thread.
 */
public final class Platform implements AutoCloseable {

  /** Reads and writes what the API sends and takes; numbers stay as they were written. */
  public static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int MOST_BYTES = 256 << 20;

  private final URI url;
  private final Credential credential;
  private final HttpClient http;

  /**
   * The platform at that address.
   *
   * @param ca a PEM file of the authorities whose certificates it may have; the system's when empty
   * @throws UnreachableException when the file can't be used
   */
  public Platform(URI url, Optional<Path> ca, Credential credential) {
    this.url = url;
    this.credential = credential;
    HttpClient.Builder client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NEVER);
    ca.map(Trust::in).ifPresent(client::sslContext);
    this.http = client.build();
  }

  /** Its address, as people give it. */
  public URI url() {
    return url;
  }

  /**
   * An answer that is no refusal.
   *
   * @param cookie the session it opened, {@code name=value}
   */
  public record Answer(JsonNode body, Optional<String> cookie) {}

  /** A call that only looks. */
  public JsonNode get(String path, Map<String, String> query) {
    return get(path, query, Duration.ZERO);
  }

  /** The same when the platform may hold the answer back for that long. */
  public JsonNode get(String path, Map<String, String> query, Duration held) {
    return call("GET", path, query, null, Map.of(), held).body();
  }

  /**
   * A call that changes something.
   *
   * @param path below {@code /v1.0/}
   * @param body an object, or null for none
   * @throws ApiException when the platform refuses it
   * @throws UnreachableException when no answer comes
   */
  public Answer change(
      String method,
      String path,
      Map<String, String> query,
      @Nullable JsonNode body,
      Map<String, String> headers,
      Duration held) {
    return call(method, path, query, body, headers, held);
  }

  /** The same, and nothing special. */
  public JsonNode change(String method, String path, @Nullable JsonNode body) {
    return change(method, path, Map.of(), body, Map.of(), Duration.ZERO).body();
  }

  /**
   * Reads a list page by page.
   *
   * @param member of the answer, which has the elements
   * @param limit the most elements
   * @param sink gets each, in the list's order
   * @return whether the list goes on (or may go on) behind the last of them
   */
  public boolean each(
      String path,
      Map<String, String> query,
      String member,
      Paging paging,
      int limit,
      Consumer<JsonNode> sink) {
    Map<String, String> asked = new LinkedHashMap<>(query);
    int left = limit;
    while (true) {
      int size = Math.min(left, paging.most());
      if (!paging.size().isEmpty()) {
        asked.put(paging.size(), Integer.toString(size));
      }
      JsonNode page = get(path, asked);
      JsonNode rows = page.path(member);
      for (int i = 0; i < Math.min(rows.size(), left); i++) {
        sink.accept(rows.get(i));
      }
      boolean cut = rows.size() > left;
      left -= Math.min(rows.size(), left);
      Optional<Map.Entry<String, String>> next = paging.next().after(page, rows, size);
      if (next.isEmpty() || left == 0) {
        return cut || next.isPresent();
      }
      asked.put(next.get().getKey(), next.get().getValue());
    }
  }

  /**
   * Opens a WebSocket, as a program does.
   *
   * @param path below {@code /v1.0/}
   * @throws ApiException when the platform refuses it
   * @throws UnreachableException when no answer comes
   */
  public WebSocket webSocket(String path, WebSocket.Listener listener) {
    WebSocket.Builder request = http.newWebSocketBuilder().connectTimeout(CONNECT_TIMEOUT);
    credential.headers(false).forEach(request::header);
    request.header("Origin", url.toString().replaceFirst("(?<=[^/:])/.*$", ""));
    URI address = URI.create(address(path, Map.of()).toString().replaceFirst("^http", "ws"));
    try {
      return request.buildAsync(address, listener).join();
    } catch (CompletionException e) {
      throw switch (e.getCause()) {
        case WebSocketHandshakeException refused -> refusal(refused.getResponse());
        case IOException failure -> new UnreachableException(unreachable(failure), failure);
        case null, default -> e;
      };
    }
  }

  /** The client does not hand over what the platform says, but its status. */
  private static ApiException refusal(HttpResponse<?> response) {
    int status = response.statusCode();
    String why =
        switch (status) {
          case 401 -> "the credential is unknown, deleted or expired";
          case 403 -> "that is not allowed with this credential, or there is no such project";
          case 429 -> "there are too many streams; try again later";
          default -> "the platform does not open a stream";
        };
    return new ApiException(status, "stream_refused", why, Optional.empty());
  }

  private Answer call(
      String method,
      String path,
      Map<String, String> query,
      @Nullable JsonNode body,
      Map<String, String> headers,
      Duration held) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address(path, query))
            .timeout(TIMEOUT.plus(held))
            .header("User-Agent", "iottly-cli")
            .header("Accept", "application/json");
    headers.forEach(request::header);
    if (body == null) {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    } else {
      request
          .header("Content-Type", "application/json")
          .method(method, HttpRequest.BodyPublishers.ofString(body.toString()));
    }
    credential.headers(!method.equals("GET")).forEach(request::header);
    return answer(send(request.build()));
  }

  private URI address(String path, Map<String, String> query) {
    String parameters =
        query.entrySet().stream()
            .map(entry -> entry.getKey() + "=" + encoded(entry.getValue()))
            .collect(Collectors.joining("&"));
    return URI.create(
        url.toString().replaceFirst("/+$", "")
            + "/v1.0/"
            + path
            + (parameters.isEmpty() ? "" : "?" + parameters));
  }

  /** One segment of a path, or one value of a query. */
  public static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpResponse<byte[]> send(HttpRequest request) {
    try {
      return http.send(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
    } catch (IOException e) {
      throw new UnreachableException(unreachable(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("interrupted while waiting for " + url, e);
    }
  }

  private String unreachable(IOException failure) {
    String why =
        switch (failure) {
          case HttpTimeoutException _ -> "no answer within the time allowed";
          case ConnectException _ when isUnresolved(failure) -> "there is no host " + url.getHost();
          case ConnectException _ -> "nothing listens there";
          case SSLException tls ->
              "no secure connection: "
                  + tls.getMessage()
                  + " (a platform with a certificate of your own CA wants login --ca FILE, or"
                  + " IOTTLY_CA)";
          default -> "the connection broke: " + failure.getMessage();
        };
    return "can't reach "
        + url
        + ": "
        + why
        + ". Is the address right (IOTTLY_URL, or 'iottly cli profile list'), and does the"
        + " platform run?";
  }

  private static boolean isUnresolved(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .anyMatch(UnresolvedAddressException.class::isInstance);
  }

  private Answer answer(HttpResponse<byte[]> response) {
    Optional<JsonNode> body = json(response.body());
    if (response.statusCode() / 100 == 2 && body.isPresent()) {
      return new Answer(
          body.get(),
          response.headers().firstValue("Set-Cookie").map(cookie -> cookie.split(";", 2)[0]));
    }
    String sentence = body.map(json -> json.path("error").asText("")).orElse("");
    throw new ApiException(
        response.statusCode(),
        body.map(json -> json.path("code").asText("")).orElse(""),
        sentence.isEmpty() ? stranger(response.statusCode()) : sentence,
        response
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("\\d{1,6}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text))));
  }

  private String stranger(int status) {
    return url
        + " answered "
        + status
        + " without a word of Iottly's: is this the address of a platform (IOTTLY_URL, or"
        + " 'iottly cli profile list')?";
  }

  private static Optional<JsonNode> json(byte[] bytes) {
    try {
      JsonNode node = JSON.readTree(bytes);
      return Optional.of(node).filter(JsonNode::isObject);
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new IllegalStateException("reading memory", e);
    }
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
