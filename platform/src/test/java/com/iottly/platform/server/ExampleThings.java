package com.iottly.platform.server;

import com.iottly.platform.server.TestPlatform.Provisioned;
import java.net.http.HttpRequest;

/**
 * Makes the things that the paths and examples of the API's document speak of, new ones each time.
 */
final class ExampleThings {

  private final TestPlatform platform;

  ExampleThings(TestPlatform platform) {
    this.platform = platform;
  }

  /** A request by somebody who may make that call. */
  HttpRequest.Builder request(ApiDocument.Operation operation, String path) {
    return operation.json().get("security").isEmpty()
        ? platform.plainRequest(path)
        : platform.request(path);
  }

  private String last = "";

  String make(String name) {
    return switch (name) {
      case "project" -> platform.project();
      case "device" -> last = deviceWithAMessage();
      case "license" ->
          platform
              .admin("license", "create", platform.project(), "1", "--json")
              .get(0)
              .get("token")
              .asText();
      case "command" ->
          platform
              .post(platform.device(last) + "/command", "{\"cmd_type\": \"echo\", \"values\": {}}")
              .json()
              .get("id")
              .asText();
      case "pair_code" ->
          platform
              .post("project/" + platform.project() + "/device", "{\"name\": \"x\"}")
              .json()
              .get("pair_code")
              .asText();
      default -> throw new AssertionError("nobody knows how to make a " + name);
    };
  }

  private String deviceWithAMessage() {
    Provisioned device = platform.provision("Example");
    try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
      link.sendMessage(1, "{\"n\":1}");
      link.awaitAck(1);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return device.id();
  }
}
