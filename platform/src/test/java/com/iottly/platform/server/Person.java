package com.iottly.platform.server;

import com.iottly.platform.server.TestPlatform.Answer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody who is signed in, as a browser is. */
record Person(TestPlatform platform, String name, String cookie, String csrfToken) {

  static final String PASSWORD = "correct horse battery";

  private static final AtomicInteger NAMES = new AtomicInteger();

  /** Makes a user with the admin socket and signs them in. */
  static Person create(TestPlatform platform, String... options) {
    String name = createUser(platform, options);
    return signedIn(platform, name, signIn(platform, name, PASSWORD));
  }

  static String createUser(TestPlatform platform, String... options) {
    String name = "person" + NAMES.incrementAndGet();
    String[] arguments = new String[options.length + 4];
    System.arraycopy(new String[] {"user", "create", name, "--json"}, 0, arguments, 0, 4);
    System.arraycopy(options, 0, arguments, 4, options.length);
    var _ = platform.adminWithInput(PASSWORD, arguments);
    return name;
  }

  static Answer signIn(TestPlatform platform, String name, String password) {
    return platform.send(
        json(platform.plainRequest("session"))
            .POST(
                BodyPublishers.ofString(
                    "{\"name\": \"%s\", \"password\": \"%s\"}".formatted(name, password))));
  }

  static Person signedIn(TestPlatform platform, String name, Answer answer) {
    if (answer.status() != 200) {
      throw new AssertionError(answer.text());
    }
    String cookie = answer.response().headers().firstValue("Set-Cookie").orElseThrow();
    return new Person(
        platform, name, cookie.split(";", 2)[0], answer.json().get("csrf_token").asText());
  }

  HttpRequest.Builder request(String path) {
    return platform.plainRequest(path).header("Cookie", cookie).header("X-CSRF-Token", csrfToken);
  }

  Answer get(String path) {
    return platform.send(request(path).GET());
  }

  Answer post(String path, String body) {
    return with("POST", path, body);
  }

  Answer put(String path, String body) {
    return with("PUT", path, body);
  }

  Answer patch(String path, String body) {
    return with("PATCH", path, body);
  }

  Answer delete(String path) {
    return platform.send(request(path).DELETE());
  }

  private Answer with(String method, String path, String body) {
    return platform.send(json(request(path)).method(method, BodyPublishers.ofString(body)));
  }

  private static HttpRequest.Builder json(HttpRequest.Builder request) {
    return request.header("Content-Type", "application/json");
  }
}
