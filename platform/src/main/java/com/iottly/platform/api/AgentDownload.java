package com.iottly.platform.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves what devices install the agent from, the same for every project; it holds no secret, so it
 * needs no key. All of it is one folder, as {@code ./iottly package} makes it; the portable package
 * may also be a file of its own.
 */
public final class AgentDownload {

  /** The name the installer saves it under ({@code agentfile} of {@code inspect}). */
  static final String FILE_NAME = "iottly-agent.tar.gz";

  /** What every path here begins with. */
  public static final String FOLDER = "/agent/";

  /** Where the portable package is. */
  public static final String PATH = FOLDER + FILE_NAME;

  private static final String INSTALL_SCRIPT = "install.sh";
  private static final int MAX_SCRIPT_BYTES = 256 << 10;

  /** In the install script, where the platform puts the address it is reached at. */
  private static final String ORIGIN_MARK = "@PLATFORM_URL@";

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+~-]{0,127}");
  private static final Logger LOG = LoggerFactory.getLogger(AgentDownload.class);

  private final Vertx vertx;
  private final PublicOrigin origin;
  private final Optional<Path> file;
  private final Optional<Path> folder;
  private final Executor blocking;

  /** A file that can be served. */
  private record Found(String name, Path path, long size, String etag, Optional<String> script) {}

  /**
   * @param file the portable package, if it lies by itself
   * @param folder with all packages, if this installation has one
   */
  public AgentDownload(
      Vertx vertx,
      PublicOrigin origin,
      Optional<Path> file,
      Optional<Path> folder,
      Executor blocking) {
    this.vertx = vertx;
    this.origin = origin;
    this.file = file;
    this.folder = folder;
    this.blocking = blocking;
  }

  /** Answers one request below {@value #FOLDER}; event loop only. */
  public void handle(HttpServerRequest request) {
    HttpMethod method = request.method();
    if (!method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD)) {
      HttpApi.write(request, ApiError.methodNotAllowed("GET, HEAD").answer());
      return;
    }
    String name = request.path().substring(FOLDER.length());
    Context context = vertx.getOrCreateContext();
    blocking.execute(() -> {
      Optional<Found> found = find(name);
      context.runOnContext(_ -> answer(request, name, found));
    });
  }

  private Optional<Found> find(String name) {
    Optional<Path> place =
        name.equals(FILE_NAME) && file.isPresent()
            ? file
            : folder.filter(_ -> NAME.matcher(name).matches()).map(in -> in.resolve(name));
    return place.flatMap(path -> look(name, path));
  }

  private static Optional<Found> look(String name, Path path) {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      if (!attributes.isRegularFile() || !Files.isReadable(path)) {
        return Optional.empty();
      }
      Optional<String> script = Optional.empty();
      if (name.equals(INSTALL_SCRIPT) && attributes.size() <= MAX_SCRIPT_BYTES) {
        script = Optional.of(Files.readString(path));
      }
      String etag =
          "\"%x-%x\"".formatted(attributes.size(), attributes.lastModifiedTime().toMillis());
      return Optional.of(new Found(name, path, attributes.size(), etag, script));
    } catch (IOException e) {
      if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
        LOG.atWarn().addKeyValue("file", path).setCause(e).log("A package can't be read");
      }
      return Optional.empty();
    }
  }

  private void answer(HttpServerRequest request, String name, Optional<Found> found) {
    if (found.isEmpty()) {
      HttpApi.write(request, notThere(name).answer());
      return;
    }
    Found there = found.get();
    try {
      if (there.script().isPresent()) {
        sendScript(request, there.script().get());
      } else {
        send(request, there);
      }
    } catch (ApiError e) {
      HttpApi.write(request, e.answer());
    }
  }

  private void sendScript(HttpServerRequest request, String script) {
    String text = script.replace(ORIGIN_MARK, origin.of(request));
    var _ =
        request
            .response()
            .putHeader(HttpHeaders.CONTENT_TYPE, "text/x-shellscript; charset=utf-8")
            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
            .end(text);
  }

  private static void send(HttpServerRequest request, Found there) {
    HttpServerResponse response = request.response();
    if (response.closed()) {
      return;
    }
    response
        .putHeader(HttpHeaders.CONTENT_TYPE, type(there.name()))
        .putHeader(HttpHeaders.ETAG, there.etag())
        .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
    if (there.etag().equals(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
      var _ = response.setStatusCode(304).end();
    } else if (request.method().equals(HttpMethod.HEAD)) {
      var _ = response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(there.size())).end();
    } else {
      if (isPackage(there.name())) {
        response.putHeader("Content-Disposition", "attachment; filename=\"" + there.name() + "\"");
      }
      response
          .sendFile(there.path().toString())
          .onFailure(e -> LOG.atInfo().setCause(e).log("A download of the agent broke off"));
    }
  }

  private static boolean isPackage(String name) {
    return name.endsWith(".gz") || name.endsWith(".xz") || name.endsWith(".deb");
  }

  private static String type(String name) {
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "gz" -> "application/gzip";
      case "xz" -> "application/x-xz";
      case "deb" -> "application/vnd.debian.binary-package";
      case "json" -> "application/json";
      default -> "text/plain; charset=utf-8";
    };
  }

  private ApiError notThere(String name) {
    if (folder.isPresent()) {
      return ApiError.notFound(
          "agent_file_unknown",
          "This installation has no '%s' among its agent packages; see %sSHA256SUMS."
              .formatted(NAME.matcher(name).matches() ? name : "file of that name", FOLDER));
    }
    return ApiError.notFound(
        "agent_not_installed",
        "This installation has no agent package. Its operator sets 'agent.packages' in the"
            + " server's configuration to the folder that './iottly package' fills.");
  }
}
