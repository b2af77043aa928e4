package com.iottly.platform.api;

import com.iottly.platform.access.Scope;
import io.vertx.core.http.HttpMethod;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One call of the API: the only place where its path, credential and handler are said.
 *
 * @param method the HTTP method
 * @param template the path below {@code /v1.0}; segments in braces are parameters
 * @param scope what the API key must be allowed, or null when the call checks a credential of its
 *     own
 * @param body what the call reads
 * @param handler what it does
 */
record Route(
    HttpMethod method, List<String> template, @Nullable Scope scope, Body body, Handler handler) {

  /** What a call reads. */
  enum Body {
    /** Nothing. */
    NONE,
    /** A JSON object, declared as {@code application/json}. */
    JSON,
    /** A JSON object, whatever it is declared as. */
    JSON_OF_ANY_TYPE
  }

  /** What a call does; runs on a virtual thread. */
  interface Handler {
    Answer handle(ApiCall call) throws InterruptedException;
  }

  static Route get(String path, Scope scope, Handler handler) {
    return new Route(HttpMethod.GET, segments(path), scope, Body.NONE, handler);
  }

  static Route post(String path, @Nullable Scope scope, Body body, Handler handler) {
    return new Route(HttpMethod.POST, segments(path), scope, body, handler);
  }

  static Route put(String path, Scope scope, Handler handler) {
    return new Route(HttpMethod.PUT, segments(path), scope, Body.JSON, handler);
  }

  static Route delete(String path, Scope scope, Handler handler) {
    return new Route(HttpMethod.DELETE, segments(path), scope, Body.NONE, handler);
  }

  /** The segments of a path; a slash at its end makes no difference. */
  static List<String> segments(String path) {
    return Arrays.stream(path.split("/")).filter(segment -> !segment.isEmpty()).toList();
  }

  /** The parameters in that path, when it is one of this call's. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != template.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String expected = template.get(i);
      if (expected.startsWith("{")) {
        parameters.put(expected.substring(1, expected.length() - 1), path.get(i));
      } else if (!expected.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }
}
