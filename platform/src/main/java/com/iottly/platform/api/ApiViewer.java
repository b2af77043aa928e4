package com.iottly.platform.api;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * The page on which a person reads the API's document and tries its calls: Swagger UI out of our
 * own jar. It asks nobody else for anything and runs no script but its own files. Holds no secret,
 * so it needs no key.
 */
public final class ApiViewer {

  /** Where it is. */
  public static final String PATH = HttpApi.BASE_PATH + "/docs";

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private record Page(String type, Buffer body) {}

  private final Map<String, Page> pages = new TreeMap<>();

  /** Reads the files, about 2 MB, into memory. */
  public ApiViewer() {
    add("", "index.html", "text/html; charset=utf-8");
    add("/start.js", "start.js", "text/javascript");
    add("/swagger-ui-bundle.js", "swagger-ui-bundle.js", "text/javascript");
    add("/swagger-ui.css", "swagger-ui.css", "text/css");
  }

  private void add(String path, String file, String type) {
    try (InputStream in = ApiViewer.class.getResourceAsStream("/api-viewer/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the file api-viewer/" + file + " is not in our jar");
      }
      pages.put(PATH + path, new Page(type, Buffer.buffer(in.readAllBytes())));
    } catch (IOException e) {
      throw new UncheckedIOException("the file api-viewer/" + file + " can't be read", e);
    }
  }

  /** Answers one request to {@value #PATH} or below; event loop only. */
  public void handle(HttpServerRequest request) {
    Page page = pages.get(request.path());
    if (page == null) {
      HttpApi.write(
          request, ApiError.notFound("unknown_path", "The page is at " + PATH + ".").answer());
    } else if (!request.method().equals(HttpMethod.GET)) {
      HttpApi.write(request, ApiError.methodNotAllowed("GET").answer());
    } else {
      var _ =
          request
              .response()
              .putHeader(HttpHeaders.CONTENT_TYPE, page.type())
              .putHeader("Content-Security-Policy", POLICY)
              .putHeader("X-Content-Type-Options", "nosniff")
              .putHeader("Referrer-Policy", "no-referrer")
              .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
              .end(page.body());
    }
  }
}
