package com.iottly.platform.server;

import com.iottly.platform.server.TestPlatform.Answer;
import com.iottly.platform.server.TestPlatform.Provisioned;
import com.iottly.wire.Frame;
import com.iottly.wire.Payload;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the things that the paths and examples of the API's document speak of, new ones for each
 * call, and the somebody who makes it.
 */
final class ExampleThings {

  private final TestPlatform platform;
  private final String key;
  private final List<Runnable> ends = new ArrayList<>();
  private @Nullable Person person;
  private @Nullable String project;
  private @Nullable Provisioned device;

  ExampleThings(TestPlatform platform) {
    this.platform = platform;
    this.key = platform.createKey("--scope", "provision,read,command,manage,remote");
    var _ = Person.createUser(platform, "--administrator");
  }

  /** The next call begins. */
  void begin(ApiDocument.Operation operation) {
    person = null;
    device = null;
    ends.forEach(Runnable::run);
    ends.clear();
    project = operation.id().equals("deleteProject") ? newProject() : platform.project();
  }

  private String newProject() {
    return platform.admin("project", "create", "Other", "--json").get("id").asText();
  }

  /** A request by somebody who may make that call. */
  HttpRequest.Builder request(ApiDocument.Operation operation, String path) {
    var security = operation.json().get("security");
    if (security.isEmpty()) {
      return platform.plainRequest(path);
    }
    if (security.get(0).has("key")) {
      return withKey(path);
    }
    return person().request(path);
  }

  private Person person() {
    if (person == null) {
      person = Person.create(platform, "--administrator");
    }
    return person;
  }

  private Provisioned device() {
    if (device == null) {
      device = platform.provision("Example");
      try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
        link.sendMessage(1, "{\"n\":1}");
        link.awaitAck(1);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return device;
  }

  String make(String name) {
    String path = "project/" + platform.project() + "/";
    return switch (name) {
      case "project" -> project == null ? platform.project() : project;
      case "device" -> device().id();
      case "license" -> post(path + "licenses", "{\"count\": 1}", "/licenses/0/token");
      case "command" ->
          post(
              platform.device(device().id()) + "/command",
              "{\"cmd_type\": \"echo\", \"values\": {}}",
              "/id");
      case "pair_code" -> post(path + "device", "{\"name\": \"x\"}", "/pair_code");
      case "pairing" -> post(path + "pairings", "{\"devices\": [{\"name\": \"x\"}]}", "/rows/0/id");
      case "key" -> post(path + "keys", "{\"description\": \"x\"}", "/id");
      case "type" ->
          post(
              path + "definitions",
              "{\"type\": \"t%d\", \"direction\": \"event\", \"keywords\": []}"
                  .formatted(System.nanoTime()),
              "/type");
      case "new_type" -> "t" + System.nanoTime();
      case "user" -> member();
      case "session" ->
          Person.signIn(platform, person().name(), Person.PASSWORD).json().get("session").asText();
      case "remote_session" -> remoteSession();
      case "link" ->
          platform.admin("user", "link", person().name(), "--json").get("token").asText();
      case "machine_id" -> machineThatWaits();
      // Nobody listens there.
      case "endpoint" -> "127.0.0.1:1";
      case "webhook" -> webhook(path + "webhooks");
      case "message" ->
          platform
              .get(path + "messages/" + device().id() + "?numMessages=1")
              .json()
              .at("/messages/0/_id/$oid")
              .asText();
      default -> throw new AssertionError("nobody knows how to make a " + name);
    };
  }

  private String post(String path, String body, String where) {
    Answer answer =
        platform.send(
            withKey(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    return answer.json().at(where).asText();
  }

  /** A project may have five. */
  private String webhook(String path) {
    platform
        .send(withKey(path).GET())
        .json()
        .get("webhooks")
        .forEach(old -> platform.send(withKey(path + "/" + old.get("id").asText()).DELETE()));
    return post(
        path,
        "{\"description\": \"x\", \"url\": \"https://127.0.0.1:1\", \"type\": \"user\"}",
        "/id");
  }

  private HttpRequest.Builder withKey(String path) {
    return platform.plainRequest(path).header("Authentication", "bearer " + key);
  }

  private String member() {
    String user = Person.createUser(platform);
    Answer answer =
        person()
            .put("project/" + platform.project() + "/members/" + user, "{\"role\": \"viewer\"}");
    if (answer.status() != 200) {
      throw new AssertionError(answer.text());
    }
    return user;
  }

  /** Open until the next call begins. */
  private String remoteSession() {
    try {
      Provisioned board = platform.provision("Remote");
      TestDevice link = TestDevice.withServices(platform, board.token());
      ends.add(link::close);
      TestStream stream = TestStream.open(platform, "Authentication", "bearer " + key);
      ends.add(stream::close);
      stream.openChannel(1, board.id(), "shell");
      Frame.Open open = link.expect(Frame.Open.class);
      link.send(new Frame.Opened(open.channel(), 1, Payload.of("{}")));
      return stream.expect("opened").get("session").asText();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private String machineThatWaits() {
    Provisioned known = device();
    try (TestDevice _ = TestDevice.hello(platform, known.token(), 1)) {
      Answer refused =
          platform.post(
              "agent/provision",
              "{\"project\": \"%s\", \"macaddress\": \"%s\", \"machine_id\": \"clone\"}"
                  .formatted(platform.project(), known.mac()));
      if (refused.status() != 409) {
        throw new AssertionError(refused.text());
      }
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return "clone";
  }
}
