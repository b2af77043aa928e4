package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which platform, and as whom. */
class ProfilesTest {

  @TempDir static Path data;
  private static TestServer server;
  @TempDir Path home;

  @BeforeAll
  static void start() throws Exception {
    server = new TestServer(data.resolve("data"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Client atHome() {
    return new Client().with("HOME", home.toString());
  }

  private Path file() {
    return home.resolve(".config/iottly/profiles");
  }

  private Client signedIn() {
    Client client = atHome().reading(server.key() + "\n");
    client.run("login", server.url(), "--project", server.project()).done();
    return client;
  }

  @Test
  void aKeyIsReadFromStandardInputAndKeptWhereOnlyTheUserCanReadIt() throws Exception {
    Client.Run login =
        atHome()
            .reading(server.key() + "\n")
            .run("login", server.url(), "--project", server.project());
    assertThat(login.done().out() + login.err()).doesNotContain(server.key());
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file().getParent())))
        .isEqualTo("rwx------");
    assertThat(atHome().run("device", "list").exit()).isZero();
    Client.Run listed = atHome().run("profile", "list");
    assertThat(listed.done().out())
        .contains("default", server.url(), "API key", server.project())
        .doesNotContain(server.key());
    assertThat(atHome().run("profile", "list", "--json").out()).doesNotContain(server.key());
  }

  @Test
  void aKeyThatDoesNotWorkIsNotKept() {
    assertThat(atHome().reading("iot_nokey\n").run("login", server.url()).exit())
        .isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(atHome().reading("\n").run("login", server.url()).exit()).isEqualTo(ExitCode.USAGE);
    assertThat(
            atHome()
                .reading(server.key())
                .run("login", server.url(), "--project", "0123456789abcdef01234567")
                .exit())
        .isEqualTo(ExitCode.FORBIDDEN);
    assertThat(file()).doesNotExist();
  }

  @Test
  void aKeyIsReadFromAFileToo() throws Exception {
    Path key = Files.writeString(home.resolve("key.txt"), server.key() + "\n");
    atHome().run("login", server.url(), "--key-file", key.toString()).done();
    assertThat(atHome().run("ping").line()).isEqualTo("pong");
    assertThat(atHome().run("profile", "list").out()).contains(server.project());
  }

  @Test
  void theProjectOfAKeyNeedNotBeNamed() {
    Client client = server.client().without("IOTTLY_PROJECT_ID");
    assertThat(client.run("project", "show").done().out()).contains(server.project());
    assertThat(client.run("device", "list", "--project", "cold rooms").exit()).isZero();
    Client.Run unknown = client.run("device", "list", "--project", "warm rooms");
    assertThat(unknown.exit()).isEqualTo(ExitCode.NOT_FOUND);
    assertThat(unknown.err()).contains("iottly cli project list");
  }

  @Test
  void profilesAreListedChosenAndForgotten() {
    signedIn().reading(server.key()).run("login", server.url(), "--profile", "other").done();
    assertThat(atHome().run("profile", "use", "default").line()).contains("default");
    assertThat(atHome().run("profile", "list", "--json").json())
        .anyMatch(
            one -> one.path("name").asText().equals("default") && one.path("in_use").asBoolean())
        .hasSize(2);
    assertThat(atHome().run("profile", "remove", "default").exit()).isZero();
    Client.Run none = atHome().run("ping");
    assertThat(none.exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(none.err()).contains("profile use NAME", "other");
    assertThat(atHome().run("ping", "--profile", "other").exit()).isZero();
    assertThat(atHome().run("profile", "use", "default").err()).contains("there are other");
  }

  @Test
  void theEnvironmentWinsOverTheProfileAndANamedProfileOverTheEnvironment() {
    Client client = signedIn().with("IOTTLY_API_KEY", "iot_wrong");
    assertThat(client.run("ping").exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(client.run("ping", "--profile", "default").exit()).isZero();
    assertThat(
            signedIn()
                .with("IOTTLY_PROJECT_ID", "0123456789abcdef01234567")
                .run("device", "list")
                .exit())
        .isEqualTo(ExitCode.FORBIDDEN);
  }

  @Test
  void aProfilesSecretIsNotSentToAnotherPlatform() {
    Client.Run run = signedIn().with("IOTTLY_URL", "http://127.0.0.1:1").run("ping");
    assertThat(run.exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(run.err()).contains("http://127.0.0.1:1", server.url(), "IOTTLY_API_KEY");
    assertThat(signedIn().with("IOTTLY_URL", server.url() + "/").run("ping").exit()).isZero();
  }

  @Test
  void aFileThatOthersCanReadOrThatIsDamagedIsRefusedWithTheFix() throws Exception {
    signedIn();
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(atHome().run("ping").err()).contains("chmod 600 " + file());
    Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-------"));
    Files.writeString(file(), "{\"profiles\":");
    Client.Run damaged = atHome().run("ping");
    assertThat(damaged.exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(damaged.err()).contains("damaged").doesNotContain("Exception");
  }

  @Test
  void whoIsNotSignedInIsToldHow() {
    Client.Run run = atHome().run("device", "list");
    assertThat(run.exit()).isEqualTo(ExitCode.NOT_SIGNED_IN);
    assertThat(run.err()).contains("iottly cli login URL", "IOTTLY_API_KEY");
    assertThat(atHome().with("IOTTLY_URL", server.url()).run("ping").err())
        .contains("IOTTLY_API_KEY is not");
    assertThat(atHome().run("login", "https://ada:hunter2@example.com").err())
        .contains("https://iottly.example.com")
        .doesNotContain("hunter2");
    assertThat(atHome().with("IOTTLY_API_KEY", "x").run("ping").err())
        .contains("IOTTLY_URL is not");
  }
}
