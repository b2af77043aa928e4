package com.iottly.platform.api;

import com.iottly.platform.access.Scope;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One call of the API: the only place where its path, credential, form and handler are said. The
 * document is made of these.
 *
 * @param method the HTTP method
 * @param template the path below {@code /v1.0}; segments in braces are parameters
 * @param access who may make it
 * @param body what the call reads
 * @param operation what the document says of it
 * @param handler what it does
 */
record Route(
    HttpMethod method,
    List<String> template,
    Access access,
    Body body,
    Operation operation,
    Handler handler) {

  /** What a call reads. */
  enum Body {
    /** Nothing. */
    NONE,
    /** Nothing; the connection becomes a WebSocket. */
    UPGRADE,
    /** A JSON object, declared as {@code application/json}. */
    JSON,
    /** A JSON object, whatever it is declared as. */
    JSON_OF_ANY_TYPE
  }

  /** What a call does; runs on a virtual thread. */
  interface Handler {
    Answer handle(ApiCall call) throws InterruptedException;
  }

  static Draft get(String path) {
    return new Draft(HttpMethod.GET, path);
  }

  static Draft post(String path) {
    return new Draft(HttpMethod.POST, path);
  }

  static Draft put(String path) {
    return new Draft(HttpMethod.PUT, path);
  }

  static Draft patch(String path) {
    return new Draft(HttpMethod.PATCH, path);
  }

  static Draft delete(String path) {
    return new Draft(HttpMethod.DELETE, path);
  }

  /** The segments of a path; a slash at its end makes no difference. */
  static List<String> segments(String path) {
    return Arrays.stream(path.split("/")).filter(segment -> !segment.isEmpty()).toList();
  }

  static boolean isParameter(String segment) {
    return segment.startsWith("{");
  }

  /** The names of the parameters in the path. */
  List<String> pathParameters() {
    return template.stream().filter(Route::isParameter).map(Route::nameOf).toList();
  }

  /** The names of the parameters that the query may have. */
  Set<String> queryNames() {
    return operation.query().stream().map(Parameter::name).collect(Collectors.toSet());
  }

  private static String nameOf(String parameter) {
    return parameter.substring(1, parameter.length() - 1);
  }

  /** The parameters in that path, when it is one of this call's. */
  Optional<Map<String, String>> match(List<String> path) {
    if (path.size() != template.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < path.size(); i++) {
      String expected = template.get(i);
      if (isParameter(expected)) {
        parameters.put(nameOf(expected), path.get(i));
      } else if (!expected.equals(path.get(i))) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  /** A call that is being described; {@link #to} completes it. */
  static final class Draft {

    private final HttpMethod method;
    private final String path;
    private final List<Parameter> query = new ArrayList<>();
    private final List<Parameter> headers = new ArrayList<>();
    private final NavigableMap<Integer, NavigableSet<String>> errors = new TreeMap<>();
    private String id = "";
    private String tag = "";
    private String summary = "";
    private boolean original;
    private Access access = new Access.Anyone();
    private Body body = Body.NONE;
    private @Nullable Schema request;
    private Optional<String> example = Optional.empty();
    private Schema answer = Schema.anyObject();

    private Draft(HttpMethod method, String path) {
      this.method = method;
      this.path = path;
    }

    /** Its name for programs, the chapter it stands in, and what it does. */
    Draft is(String operationId, String chapter, String line) {
      id = operationId;
      tag = chapter;
      summary = line;
      return this;
    }

    /** The original API has it: query parameters nobody knows are ignored. */
    Draft original() {
      original = true;
      return this;
    }

    /** A key of the project with that scope, or a member of it whose role has the scope. */
    Draft needs(Scope scope) {
      return needs(new Access.Project(scope, false));
    }

    /** A member of the project whose role has the scope; no key. */
    Draft needsPerson(Scope scope) {
      return needs(new Access.Project(scope, true));
    }

    Draft needs(Access who) {
      access = who;
      return this;
    }

    Draft query(Parameter... parameters) {
      query.addAll(List.of(parameters));
      return this;
    }

    Draft header(Parameter parameter) {
      headers.add(parameter);
      return this;
    }

    /** It becomes a WebSocket; its handler answers with an {@link Answer.Upgrade}. */
    Draft upgrades() {
      body = Body.UPGRADE;
      return this;
    }

    /** A JSON object of that form, and one that works. */
    Draft reads(Schema form, String working) {
      return reads(Body.JSON, form, working);
    }

    Draft reads(Body what, Schema form, String working) {
      body = what;
      request = form;
      example = Optional.of(working);
      return this;
    }

    Draft answers(Schema form) {
      answer = form;
      return this;
    }

    /** Codes of refusals that are this call's own; those of every call are known. */
    Draft refuses(int status, String... codes) {
      errors.computeIfAbsent(status, _ -> new TreeSet<>()).addAll(List.of(codes));
      return this;
    }

    Route to(Handler handler) {
      return new Route(
          method,
          segments(path),
          access,
          body,
          new Operation(
              id, tag, summary, original, query, headers, request, example, answer, errors),
          handler);
    }
  }
}
