package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lists that are longer than the API's pages. */
class PagingTest {

  @TempDir Path folder;
  private TestServer server;

  @BeforeEach
  void start() throws Exception {
    server = new TestServer(folder.resolve("data"));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aListWithCursorsIsReadToItsEndAndCutWhereItIsToldTo() {
    Client client = server.client();
    for (int i = 0; i < 3; i++) {
      client.run("license", "create", "750").done();
    }
    JsonNode all = client.run("license", "list", "--json").json();
    assertThat(all).hasSize(2_250);
    assertThat(all.valueStream().map(license -> license.path("token").asText()).distinct())
        .hasSize(2_250);
    assertThat(client.run("license", "list", "--limit", "1001", "--json").json()).hasSize(1_001);
    assertThat(client.run("license", "list", "--limit", "2250").done().err()).isEmpty();
    assertThat(client.run("license", "list", "--limit", "2249").done().err()).contains("--limit");
  }

  @Test
  void messagesAndCommandsAreReadToTheirEnd() throws Exception {
    TestServer.Device registered = server.provision("Busy");
    Client client = server.client();
    try (ScriptedDevice device = new ScriptedDevice(server, registered)) {
      List<String> payloads = IntStream.range(0, 350).mapToObj(i -> "{\"n\":" + i + "}").toList();
      device.say("numbers", payloads);
    }
    for (int i = 0; i < 105; i++) {
      client.run("command", "send", "Busy", "echo").done();
    }
    JsonNode messages =
        client.run("messages", "Busy", "--channel", "numbers", "--limit", "all", "--json").json();
    assertThat(messages.valueStream().map(message -> message.at("/payload/n").asInt()))
        .containsExactlyElementsOf(IntStream.range(0, 350).map(i -> 349 - i).boxed().toList());
    JsonNode commands = client.run("command", "list", "Busy", "--limit", "all", "--json").json();
    assertThat(commands.valueStream().map(command -> command.path("id").asText()).distinct())
        .hasSize(105);
    assertThat(client.run("command", "list", "Busy", "--limit", "103", "--json").json())
        .hasSize(103);
  }
}
