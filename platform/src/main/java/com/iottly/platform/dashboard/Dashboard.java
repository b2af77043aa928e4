package com.iottly.platform.dashboard;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dashboard, a page that lives at {@code /} and makes its own addresses below it. Whatever is
 * no file and is asked for as a page gets {@code index.html}, which knows what to show there. It
 * asks nobody else for anything and runs no script but its own files. Event loop only.
 *
 * <p>Files are read from our jar when they are first asked for, and stay in memory: they are few.
 */
public final class Dashboard {

  private static final Logger LOG = LoggerFactory.getLogger(Dashboard.class);

  private static final String INDEX = "/index.html";

  /** Its files have a hash of their content in their names (the build sees to that). */
  private static final String HASHED = "/assets/";

  private static final Pattern FILE = Pattern.compile("(/[A-Za-z0-9_-][A-Za-z0-9._-]*){1,2}");
  private static final Set<String> OTHER_DOORS =
      Set.of("v1.0", "ws", "health", "metrics", "agent", "assets");
  private static final String POLICY =
      "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none';"
          + " form-action 'self'; frame-ancestors 'none'";

  private final Vertx vertx;
  private final Executor blocking;
  private final Map<String, Asset> read = new ConcurrentHashMap<>();
  private final Asset index;

  /**
   * Reads the page itself.
   *
   * @param blocking runs what may block
   */
  public Dashboard(Vertx vertx, Executor blocking) {
    this.vertx = vertx;
    this.blocking = blocking;
    this.index =
        Asset.read(INDEX)
            .orElseThrow(() -> new IllegalStateException("the dashboard is not on our class path"));
  }

  /** Answers one request to a path that is nobody else's. */
  public void handle(HttpServerRequest request) {
    String path = String.valueOf(request.path());
    Asset known = read.get(path);
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
      refuse(request, 405, "method_not_allowed", "This path takes GET and HEAD only.");
    } else if (path.equals("/") || path.equals(INDEX)) {
      answer(request, index, false);
    } else if (known != null) {
      answer(request, known, path.startsWith(HASHED));
    } else if (FILE.matcher(path).matches() && path.contains(".")) {
      read(request, path);
    } else if (isPage(request, path)) {
      answer(request, index, false);
    } else {
      notFound(request);
    }
  }

  /** Whether a person goes to that address, and it is not another door's. */
  private static boolean isPage(HttpServerRequest request, String path) {
    String accepted = request.getHeader(HttpHeaders.ACCEPT);
    String[] segments = path.split("/", -1);
    return accepted != null
        && accepted.contains("text/html")
        && !OTHER_DOORS.contains(segments[1])
        && !segments[segments.length - 1].contains(".");
  }

  private void read(HttpServerRequest request, String path) {
    Context context = vertx.getOrCreateContext();
    blocking.execute(() -> {
      Optional<Asset> found = find(path);
      found.ifPresent(asset -> read.put(path, asset));
      context.runOnContext(_ ->
          found.ifPresentOrElse(
              asset -> answer(request, asset, path.startsWith(HASHED)), () -> notFound(request)));
    });
  }

  private static Optional<Asset> find(String path) {
    try {
      return Asset.read(path);
    } catch (RuntimeException e) {
      LOG.atError().addKeyValue("path", path).setCause(e).log("A file of the dashboard is broken");
      return Optional.empty();
    }
  }

  private static void answer(HttpServerRequest request, Asset asset, boolean forEver) {
    Asset.Encoding encoding =
        asset.encoding(String.valueOf(request.getHeader(HttpHeaders.ACCEPT_ENCODING)));
    String tag = asset.tag(encoding);
    HttpServerResponse response =
        request
            .response()
            .putHeader("Content-Security-Policy", POLICY)
            .putHeader("X-Content-Type-Options", "nosniff")
            .putHeader("Referrer-Policy", "no-referrer")
            .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding")
            .putHeader(HttpHeaders.ETAG, tag)
            .putHeader(
                HttpHeaders.CACHE_CONTROL,
                forEver ? "public, max-age=31536000, immutable" : "no-cache");
    if (isHeld(request.getHeader(HttpHeaders.IF_NONE_MATCH), tag)) {
      var _ = response.setStatusCode(304).end();
      return;
    }
    response.putHeader(HttpHeaders.CONTENT_TYPE, asset.type());
    if (encoding != Asset.Encoding.IDENTITY) {
      response.putHeader(HttpHeaders.CONTENT_ENCODING, encoding.token());
    }
    int length = asset.body(encoding).length();
    response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(length));
    var _ =
        request.method().equals(HttpMethod.HEAD)
            ? response.end()
            : response.end(asset.body(encoding));
  }

  private static boolean isHeld(@Nullable String held, String tag) {
    return held != null
        && Arrays.stream(held.split(",", -1))
            .map(String::strip)
            .anyMatch(one -> one.equals("*") || one.equals(tag) || one.equals("W/" + tag));
  }

  private static void notFound(HttpServerRequest request) {
    refuse(
        request,
        404,
        "unknown_path",
        "There is nothing here. The dashboard is at /, the HTTP API below /v1.0/.");
  }

  private static void refuse(HttpServerRequest request, int status, String code, String sentence) {
    String body = new JsonObject().put("error", sentence).put("code", code).encode();
    HttpServerResponse response =
        request
            .response()
            .setStatusCode(status)
            .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
            .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
    var _ = request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(body);
  }
}
