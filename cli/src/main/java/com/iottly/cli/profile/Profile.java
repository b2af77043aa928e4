package com.iottly.cli.profile;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.cli.http.Credential;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A platform and who one is there.
 *
 * @param ca the file of the authorities whose certificates the platform may have; the system's when
 *     empty
 * @param project the project meant when none is named, its id
 */
public record Profile(URI url, Optional<Path> ca, Credential credential, Optional<String> project) {

  /** The same with another project. */
  public Profile with(String otherProject) {
    return new Profile(url, ca, credential, Optional.of(otherProject));
  }

  ObjectNode json() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("url", url.toString());
    ca.ifPresent(file -> json.put("ca", file.toString()));
    project.ifPresent(id -> json.put("project", id));
    switch (credential) {
      case Credential.ApiKey(String secret) -> json.put("api_key", secret);
      case Credential.Person(String user, String cookie, String csrfToken) ->
          json.put("user", user).put("session", cookie).put("csrf_token", csrfToken);
      case Credential.None() -> {}
    }
    return json;
  }

  static Profile of(JsonNode json) {
    Credential credential =
        json.has("api_key")
            ? new Credential.ApiKey(json.path("api_key").asText())
            : new Credential.Person(
                json.path("user").asText(),
                json.path("session").asText(),
                json.path("csrf_token").asText());
    return new Profile(
        URI.create(json.path("url").asText()),
        text(json, "ca").map(Path::of),
        credential,
        text(json, "project"));
  }

  private static Optional<String> text(JsonNode json, String member) {
    return Optional.of(json.path(member).asText("")).filter(text -> !text.isEmpty());
  }
}
