package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.iottly.cli.http.Credential;
import com.iottly.cli.http.Platform;
import com.iottly.cli.profile.Profile;
import com.iottly.cli.profile.ProfileException;
import com.iottly.cli.profile.Target;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "login",
    description = {
      "Keep a platform and an API key, or a user's session, as a profile.",
      "The key or the password is asked for, or read from standard input; it is never an",
      "argument, since every user of the machine sees those. The profile is kept in",
      "~/.config/iottly/profiles, which only you can read."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly cli login https://iottly.example.com --project 5f0c8e6b1d2a3c4b5a697887",
      "  iottly cli login https://iottly.example.com --profile work --key-file key.txt",
      "  iottly cli login https://iottly.example.com --user ada"
    })
final class LoginCommand implements Callable<Integer> {

  private final Exchange exchange;

  @Parameters(paramLabel = "URL", description = "The platform, such as https://iottly.example.com.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private String url;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "Sign in as this user, with a password, instead of with an API key.")
  private @Nullable String user;

  @Option(
      names = "--key-file",
      paramLabel = "FILE",
      description = "Read the API key from this file.")
  private @Nullable String keyFile;

  @Option(
      names = "--ca",
      paramLabel = "FILE",
      description = {
        "Believe the certificates of the authorities in this PEM file, and of no others. The",
        "profile keeps the file's name."
      })
  private @Nullable Path ca;

  LoginCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() {
    URI platform = address();
    warnWhenReadable(platform);
    String name = exchange.namedProfile().orElse("default");
    Profile profile = user == null ? withKey(platform) : withSession(platform, user);
    exchange.profiles().put(name, profile);
    exchange.remark(
        "Signed in to %s with %s; kept as the profile '%s', which is in use now."
            .formatted(platform, profile.credential(), name));
    if (profile.project().isEmpty()) {
      exchange.remark("Choose a project with: iottly cli project use PROJECT");
    }
    return exchange.say(
        JsonNodeFactory.instance
            .objectNode()
            .put("profile", name)
            .put("url", platform.toString())
            .put("project", profile.project().orElse(null)),
        "");
  }

  private URI address() {
    try {
      return Target.url(url, "URL");
    } catch (ProfileException e) {
      throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private Optional<Path> authorities() {
    return Optional.ofNullable(ca)
        .or(() -> Target.ca(exchange.surroundings().environment()))
        .map(Path::toAbsolutePath);
  }

  private Profile withKey(URI platform) {
    Credential key = new Credential.ApiKey(Target.clean(secretKey()));
    try (Platform api = new Platform(platform, authorities(), key)) {
      JsonNode _ = api.get("project/ping", Map.of());
      return new Profile(platform, authorities(), key, project(api));
    }
  }

  /** The one that was named, or the only one there is. */
  private Optional<String> project(Platform api) {
    Optional<String> named = exchange.namedProject().map(name -> Exchange.find(api, name));
    if (named.isEmpty()) {
      return Exchange.only(api);
    }
    JsonNode _ = api.get("project/" + named.get(), Map.of());
    return named;
  }

  private String secretKey() {
    return keyFile == null ? exchange.surroundings().secret("API key") : TextFile.read(keyFile);
  }

  private Profile withSession(URI platform, String name) {
    var body =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", name)
            .put("password", exchange.surroundings().secret("password"));
    Platform.Answer answer;
    try (Platform api = new Platform(platform, authorities(), new Credential.None())) {
      answer = api.change("POST", "session", Map.of(), body, Map.of(), Duration.ZERO);
    }
    Credential person =
        new Credential.Person(
            answer.body().path("user").asText(),
            answer
                .cookie()
                .orElseThrow(() ->
                    new CliException(ExitCode.FAILED, platform + " let you in without a session")),
            answer.body().path("csrf_token").asText());
    try (Platform api = new Platform(platform, authorities(), person)) {
      return new Profile(platform, authorities(), person, project(api));
    }
  }

  private void warnWhenReadable(URI platform) {
    boolean here = platform.getHost().matches("localhost|127\\..*|\\[::1]");
    if (platform.getScheme().equals("http") && !here) {
      exchange.warn(platform + " is not encrypted: others on the way can read your secret");
    }
  }
}
