package com.iottly.platform.api;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the agent's package, the same for every project; it holds no secret, so it needs no key.
 */
public final class AgentDownload {

  /** The name the installer saves it under ({@code agentfile} of {@code inspect}). */
  static final String FILE_NAME = "iottly-agent.tar.gz";

  /** Where it is. */
  public static final String PATH = "/agent/" + FILE_NAME;

  private static final Logger LOG = LoggerFactory.getLogger(AgentDownload.class);

  private final Vertx vertx;
  private final Optional<Path> file;
  private final Executor blocking;

  /**
   * @param file the package, if this installation has one
   */
  public AgentDownload(Vertx vertx, Optional<Path> file, Executor blocking) {
    this.vertx = vertx;
    this.file = file;
    this.blocking = blocking;
  }

  /** Answers one request to {@value #PATH}; event loop only. */
  public void handle(HttpServerRequest request) {
    if (!request.method().equals(HttpMethod.GET)) {
      HttpApi.write(request, ApiError.methodNotAllowed("GET").answer());
      return;
    }
    Context context = vertx.getOrCreateContext();
    blocking.execute(() -> {
      Optional<Path> there = file.filter(Files::isReadable);
      context.runOnContext(_ -> answer(request, there));
    });
  }

  private static void answer(HttpServerRequest request, Optional<Path> there) {
    if (there.isEmpty()) {
      HttpApi.write(request, notInstalled().answer());
    } else if (!request.response().closed()) {
      request
          .response()
          .putHeader(HttpHeaders.CONTENT_TYPE, "application/gzip")
          .putHeader("Content-Disposition", "attachment; filename=\"" + FILE_NAME + "\"")
          .sendFile(there.get().toString())
          .onFailure(e -> LOG.atInfo().setCause(e).log("A download of the agent broke off"));
    }
  }

  private static ApiError notInstalled() {
    return ApiError.notFound(
        "agent_not_installed",
        "This installation has no agent package. Its operator sets 'agent.package' in the server's"
            + " configuration.");
  }
}
