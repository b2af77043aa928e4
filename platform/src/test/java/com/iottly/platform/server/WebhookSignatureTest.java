package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The receivers of docs/webhooks.md, one of them on a library of other people, believe us. */
class WebhookSignatureTest extends WebhookFixture {

  private static final Path LIBRARY = Path.of("src/test/standardwebhooks").toAbsolutePath();

  @TempDir Path folder;

  @BeforeAll
  static void installTheLibrary() throws Exception {
    NodePackages.install(LIBRARY);
  }

  /** A receiver from the docs, running. */
  private final class Receiver implements AutoCloseable {

    private final Process process;
    private final Path output;

    Receiver(String language, int port, String secret) throws IOException {
      Matcher code =
          Pattern.compile("```" + language + " receiver\n(.*?)```", Pattern.DOTALL)
              .matcher(Files.readString(Path.of("../docs/webhooks.md")));
      assertThat(code.find()).isTrue();
      boolean js = language.equals("js");
      Path file =
          Files.writeString(folder.resolve("receiver." + (js ? "js" : "py")), code.group(1));
      output = Files.createTempFile(folder, "output", ".txt");
      ProcessBuilder builder =
          new ProcessBuilder(js ? "node" : "python3", file.toString())
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("NODE_PATH", LIBRARY.resolve("node_modules").toString());
      builder.environment().put("PORT", Integer.toString(port));
      builder.environment().put("IOTTLY_WEBHOOK_SECRET", secret);
      process = builder.start();
    }

    List<String> payloads() throws IOException {
      return Files.readAllLines(output).stream()
          .filter(line -> line.startsWith("verified "))
          .map(line -> line.substring(line.lastIndexOf(' ') + 1))
          .distinct()
          .toList();
    }

    void awaitPayloads(String... payloads) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(payloads()).containsExactly(payloads));
    }

    @Override
    public void close() throws InterruptedException {
      process.destroy();
      process.waitFor();
    }
  }

  /** No outgoing connection gets it meanwhile. */
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
      try (ServerSocket _ = new ServerSocket(port)) {
        return port;
      } catch (IOException e) {
        // Taken: the next.
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"js", "python"})
  void theReceiversOfTheDocsVerifyWhatTheyGet(String language) throws Exception {
    int port = freePort();
    JsonNode hook = create(definition("http://127.0.0.1:" + port + "/iottly"));
    Provisioned device = platform.provision("pump");
    try (Receiver receiver = new Receiver(language, port, hook.get("secret").asText())) {
      send(device, 1, 3);
      receiver.awaitPayloads("{\"n\":1}", "{\"n\":2}", "{\"n\":3}");
    }
  }

  @Test
  void aReceiverWithAnotherSecretRefuses() throws Exception {
    int port = freePort();
    JsonNode hook = create(definition("http://127.0.0.1:" + port));
    String other = create(definition(endpoint.url())).get("secret").asText();
    try (Receiver receiver = new Receiver("js", port, other)) {
      send(platform.provision("pump"), 1, 1);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(log(hook)).anyMatch(line -> line.get("status").intValue() == 401));
      assertThat(receiver.payloads()).isEmpty();
    }
  }

  private List<JsonNode> log(JsonNode hook) {
    return ok(call("GET", "/" + hook.get("id").asText() + "/deliveries", ""))
        .get("deliveries")
        .valueStream()
        .toList();
  }

  @Test
  void afterARotationTheOldAndTheNewSecretVerify() throws Exception {
    int port = freePort();
    JsonNode hook = create(definition("http://127.0.0.1:" + port));
    JsonNode rotated = ok(call("POST", "/" + hook.get("id").asText() + "/secret", ""));
    assertThat(rotated.get("secret")).isNotEqualTo(hook.get("secret"));
    Provisioned device = platform.provision("pump");
    try (Receiver receiver = new Receiver("js", port, hook.get("secret").asText())) {
      send(device, 1, 1);
      receiver.awaitPayloads("{\"n\":1}");
    }
    try (Receiver receiver = new Receiver("js", port, rotated.get("secret").asText())) {
      send(device, 2, 2);
      receiver.awaitPayloads("{\"n\":2}");
    }
  }
}
