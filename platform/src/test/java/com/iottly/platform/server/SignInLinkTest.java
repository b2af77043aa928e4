package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestPlatform.Answer;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SignInLinkTest {

  @TempDir Path folder;

  private static Answer use(TestPlatform platform, String token) {
    return platform.send(
        platform
            .plainRequest("session/link")
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{\"token\": \"" + token + "\"}")));
  }

  @Test
  void whoOpensTheLinkIsSignedInAndNobodyAfterThem() {
    try (TestPlatform platform = TestPlatform.on(folder)) {
      String name = Person.createUser(platform, "--administrator");
      JsonNode made = platform.admin("user", "link", name, "--json");
      String token = made.get("token").asText();
      assertThat(made.get("path").asText()).isEqualTo("/sign-in#link=" + token);
      Person person = Person.signedIn(platform, name, use(platform, token));
      assertThat(person.get("session").json().get("user").asText()).isEqualTo(name);
      assertThat(person.post("projects", "{\"name\": \"Made by link\"}").status()).isEqualTo(200);
      Answer again = use(platform, token);
      assertThat(again.status()).isEqualTo(401);
      assertThat(again.json().get("code").asText()).isEqualTo("link_unknown");
      assertThat(person.get("audit?action=user.link").json().get("entries")).hasSize(1);
    }
  }
}
