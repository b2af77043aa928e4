package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What devices install the agent from, as a platform serves it. */
class AgentDownloadTest {

  @TempDir Path folder;
  private Path packages;
  private TestPlatform platform;

  @BeforeEach
  void open() throws Exception {
    packages = Files.createDirectories(folder.resolve("packages"));
    Files.writeString(packages.resolve("iottly-agent_1.2.3_amd64.deb"), "a package");
    Files.writeString(packages.resolve("install.sh"), "url=@PLATFORM_URL@ # @PLATFORM_URL@\n");
    Files.writeString(folder.resolve("secret"), "not yours");
    platform =
        TestPlatform.on(folder.resolve("data"), Map.of("AGENT_PACKAGES", packages.toString()));
  }

  @AfterEach
  void close() {
    platform.close();
  }

  private RawHttp.Response ask(String method, String path, String... headers) throws IOException {
    String more = String.join("", java.util.Arrays.stream(headers).map(h -> h + "\r\n").toList());
    return RawHttp.exchange(
        platform, method + " " + path + " HTTP/1.1\r\nHost: box.example:81\r\n" + more + "\r\n");
  }

  @Test
  void whatLiesInTheFolderIsServed() throws Exception {
    RawHttp.Response all = ask("GET", "/agent/iottly-agent_1.2.3_amd64.deb");
    assertThat(all.status()).isEqualTo(200);
    assertThat(all.body()).isEqualTo("a package");
    assertThat(all.headers())
        .containsEntry("content-length", "9")
        .containsEntry("content-type", "application/vnd.debian.binary-package");

    RawHttp.Response head = ask("HEAD", "/agent/iottly-agent_1.2.3_amd64.deb");
    assertThat(head.status()).isEqualTo(200);
    assertThat(head.headers()).containsEntry("content-length", "9");
    assertThat(head.body()).isEmpty();

    String etag = all.headers().get("etag");
    assertThat(ask("GET", "/agent/iottly-agent_1.2.3_amd64.deb", "If-None-Match: " + etag).status())
        .isEqualTo(304);
    Files.writeString(packages.resolve("iottly-agent_1.2.3_amd64.deb"), "another package");
    assertThat(ask("GET", "/agent/iottly-agent_1.2.3_amd64.deb", "If-None-Match: " + etag).body())
        .isEqualTo("another package");
  }

  @Test
  void theInstallScriptKnowsWhereItCameFrom() throws Exception {
    assertThat(ask("GET", "/agent/install.sh").body())
        .isEqualTo("url=http://box.example:81 # http://box.example:81\n");
    RawHttp.Response evil =
        RawHttp.exchange(platform, "GET /agent/install.sh HTTP/1.1\r\nHost: x$(reboot)\r\n\r\n");
    assertThat(evil.status()).isEqualTo(400);
  }

  @Test
  void nothingOutsideTheFolderIsServed() throws Exception {
    Files.createSymbolicLink(packages.resolve("folder"), folder);
    Files.writeString(packages.resolve(".hidden"), "not yours");
    for (String path :
        new String[] {
          "/agent/../secret",
          "/agent/..%2fsecret",
          "/agent/%2e%2e/secret",
          "/agent/folder/secret",
          "/agent/folder",
          "/agent/.hidden",
          "/agent/",
          "/agent/none",
          "/agent/" + "x".repeat(300)
        }) {
      RawHttp.Response answer = ask("GET", path);
      assertThat(answer.status()).as(path).isEqualTo(404);
      assertThat(answer.body()).doesNotContain("not yours");
    }
  }

  @Test
  void whatIsNotThereIsSaidWithWhatToDo() throws Exception {
    assertThat(ask("GET", "/agent/iottly-agent.tar.gz").json().path("error").asText())
        .contains("iottly-agent.tar.gz", "SHA256SUMS");
    assertThat(ask("DELETE", "/agent/install.sh").status()).isEqualTo(405);
    try (TestPlatform bare = TestPlatform.on(folder.resolve("bare"))) {
      RawHttp.Response answer =
          RawHttp.exchange(bare, "GET /agent/install.sh HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(answer.status()).isEqualTo(404);
      assertThat(answer.json().path("error").asText()).contains("agent.packages");
    }
  }

  @Test
  void aPortablePackageOfItsOwnComesFirst() throws Exception {
    Path own = Files.writeString(folder.resolve("own.tar.gz"), "its own");
    Files.writeString(packages.resolve("iottly-agent.tar.gz"), "the folder's");
    try (TestPlatform both =
        TestPlatform.on(
            folder.resolve("both"),
            Map.of("AGENT_PACKAGES", packages.toString(), "AGENT_PACKAGE", own.toString()))) {
      assertThat(
              RawHttp.exchange(both, "GET /agent/iottly-agent.tar.gz HTTP/1.1\r\nHost: a\r\n\r\n")
                  .body())
          .isEqualTo("its own");
    }
    assertThat(ask("GET", "/agent/iottly-agent.tar.gz").body()).isEqualTo("the folder's");
  }
}
