package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong, and whether the sentence names it. */
class RefusalsTest {

  @TempDir static Path folder;
  private static TestServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(folder.resolve("data"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void aWrongKeyIsNotSignedInAndItsSecretIsNotShown() {
    Client.Run run = server.client().with("IOTTLY_API_KEY", "iot_wrongwrong").run("device", "list");
    assertThat(run.exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).contains("key_unknown", "401").doesNotContain("wrongwrong");
  }

  @Test
  void anExpiredKeySaysSo() {
    String key = server.createKey("--expires", "1s");
    await().until(() -> server.client().with("IOTTLY_API_KEY", key).run("ping").exit() != 0);
    Client.Run run = server.client().with("IOTTLY_API_KEY", key).run("ping");
    assertThat(run.exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(run.err()).contains("expired");
  }

  @Test
  void aKeyWithoutTheScopeIsForbidden() {
    Client reader = server.client().with("IOTTLY_API_KEY", server.createKey("--scope", "read"));
    Client.Run run = reader.run("device", "add", "No");
    assertThat(run.exit()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(run.err()).contains("provision", "scope_missing");
    Client.Run people = reader.run("project", "create", "No");
    assertThat(people.exit()).isEqualTo(ExitCode.FORBIDDEN);
    assertThat(people.err()).contains("people_only");
  }

  @Test
  void anUnknownDeviceIsNotFoundByNameAndById() {
    Client.Run named = server.client().run("device", "show", "nobody");
    assertThat(named.exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(named.err()).contains("'nobody'", "iottly cli device list");
    Client.Run byId = server.client().run("messages", "4d1b9a34-6c1f-4f5e-8a55-0c9f5b0c7a21");
    assertThat(byId.exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(byId.err()).contains("wrong_device");
  }

  @Test
  void aNameOfTwoDevicesIsRefusedWithBothIds() {
    String one = server.provision("Twin").id();
    String other = server.provision("Twin").id();
    server.provision("Twin lookalike");
    Client.Run run = server.client().run("device", "delete", "Twin");
    assertThat(run.exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(run.err()).contains(one, other);
    assertThat(server.client().run("device", "list", "--search", "Twin", "--json").json())
        .hasSize(3);
  }

  @Test
  void aPlatformThatIsNotThereIsUnreachable() throws Exception {
    int free;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      free = socket.getLocalPort();
    }
    Client.Run run = server.client().with("IOTTLY_URL", "http://127.0.0.1:" + free).run("ping");
    assertThat(run.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(run.err()).contains("127.0.0.1:" + free, "IOTTLY_URL").doesNotContain("Exception");
    Client.Run nowhere = server.client().with("IOTTLY_URL", "http://no.such.invalid").run("ping");
    assertThat(nowhere.exit()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(nowhere.err()).contains("no host no.such.invalid");
  }

  @Test
  void anotherServerIsNotTakenForAPlatformAndARedirectIsNotFollowed() throws Exception {
    HttpServer stranger =
        HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 5);
    stranger.createContext(
        "/",
        call -> {
          call.getResponseHeaders().add("Location", server.url() + call.getRequestURI());
          call.sendResponseHeaders(302, -1);
          call.close();
        });
    stranger.start();
    try {
      String url = "http://127.0.0.1:" + stranger.getAddress().getPort();
      Client.Run run = server.client().with("IOTTLY_URL", url).run("ping");
      assertThat(run.exit()).isEqualTo(ExitCode.FAILED);
      assertThat(run.err()).contains("302", url);
    } finally {
      stranger.stop(0);
    }
  }

  @Test
  void theServersSentenceAndCodeAreShown() {
    server.provision("Refusing");
    Client.Run run = server.client().run("command", "send", "Refusing", "dance");
    assertThat(run.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(run.err()).contains("dance", "(command_unknown, HTTP 400)");
    Client.Run query = server.client().run("messages", "Refusing", "--query", "{\"$where\":\"1\"}");
    assertThat(query.exit()).isEqualTo(ExitCode.REFUSED);
    assertThat(query.err()).contains("$where");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense",
        "device",
        "device list --nonsense",
        "device list --limit 0",
        "messages",
        "messages Refusing --from yesterday",
        "messages Refusing --query {",
        "messages Refusing --query []",
        "messages Refusing --type users",
        "command send Refusing echo content",
        "command send Refusing echo content:=nojson",
        "command send Refusing echo --wait soon",
        "key create Reporting --expires soon",
        "definition create no-such-file.json",
        "completion powershell",
        "login not-a-url",
        "project delete Refusing"
      })
  void aWrongCommandLineIsOneSentence(String line) {
    Client.Run run = server.client().run(line.split(" "));
    assertThat(run.exit()).as(run.err()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("iottly cli: ").doesNotContain("Exception", "\tat ");
    assertThat(run.out()).isEmpty();
  }
}
