package com.iottly.cli.profile;

import com.iottly.cli.http.Credential;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Which platform a command speaks to, and as whom. A profile that is named wins over the
 * environment, which wins over the profile in use.
 *
 * @param ca the file of the authorities whose certificates the platform may have; the system's when
 *     empty
 * @param project the project meant when none is named
 */
public record Target(URI url, Optional<Path> ca, Credential credential, Optional<String> project) {

  private static final String HOW =
      ": sign in with 'iottly cli login URL', or set IOTTLY_URL and IOTTLY_API_KEY";

  /**
   * What the user means.
   *
   * @param named the profile that was named
   * @throws ProfileException when it is not clear
   */
  public static Target of(
      Map<String, String> environment, Profiles profiles, Optional<String> named) {
    if (named.isPresent()) {
      return of(profiles.get(named.get()));
    }
    Optional<Profile> inUse = profiles.current().map(profiles::get);
    Optional<URI> url = set(environment, "IOTTLY_URL").map(text -> url(text, "IOTTLY_URL"));
    Optional<String> key = set(environment, "IOTTLY_API_KEY");
    Optional<String> project = set(environment, "IOTTLY_PROJECT_ID");
    if (key.isPresent()) {
      URI platform =
          url.or(() -> inUse.map(Profile::url))
              .orElseThrow(() -> new ProfileException("IOTTLY_API_KEY is set, IOTTLY_URL is not"));
      return new Target(
          platform,
          ca(environment)
              .or(() -> inUse.filter(p -> p.url().equals(platform)).flatMap(Profile::ca)),
          new Credential.ApiKey(clean(key.get())),
          project.or(() -> inUse.flatMap(Profile::project)));
    }
    if (inUse.isEmpty()) {
      throw new ProfileException(missing(url, profiles));
    }
    requireSame(url, inUse.get().url());
    Target target = of(inUse.get());
    return new Target(
        target.url(),
        ca(environment).or(target::ca),
        target.credential(),
        project.or(target::project));
  }

  private static String missing(Optional<URI> url, Profiles profiles) {
    if (url.isPresent()) {
      return "IOTTLY_URL is set, IOTTLY_API_KEY is not" + HOW;
    }
    return profiles.all().isEmpty()
        ? "you are not signed in" + HOW
        : "no profile is in use: choose one with 'iottly cli profile use NAME'; there are "
            + String.join(", ", profiles.all().keySet());
  }

  private static Target of(Profile profile) {
    return new Target(profile.url(), profile.ca(), profile.credential(), profile.project());
  }

  /** A profile's secret is for its platform alone. */
  private static void requireSame(Optional<URI> url, URI profiles) {
    if (url.isPresent() && !url.get().equals(profiles)) {
      throw new ProfileException(
          "IOTTLY_URL is %s, and the profile in use is for %s: set IOTTLY_API_KEY too, or unset IOTTLY_URL"
              .formatted(url.get(), profiles));
    }
  }

  /**
   * The address of a platform.
   *
   * @param where whose mistake it is
   * @throws ProfileException when it is none
   */
  public static URI url(String text, String where) {
    try {
      URI url = new URI(text.replaceFirst("/+$", ""));
      boolean web = "https".equals(url.getScheme()) || "http".equals(url.getScheme());
      if (web && url.getHost() != null && url.getUserInfo() == null && url.getQuery() == null) {
        return url;
      }
    } catch (URISyntaxException e) {
      // the same as any other mistake
    }
    // Not shown: it may have a password in it.
    throw new ProfileException(
        where + " must be like https://iottly.example.com, without user, password or query");
  }

  /**
   * A key without the white space around it.
   *
   * @throws ProfileException when it can't be a key
   */
  public static String clean(String key) {
    String stripped = key.strip();
    if (stripped.isEmpty() || !stripped.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw new ProfileException(
          "the API key is empty or has characters that no key has: copy it again");
    }
    return stripped;
  }

  /** The file of authorities that the environment names. */
  public static Optional<Path> ca(Map<String, String> environment) {
    return set(environment, "IOTTLY_CA").map(Path::of);
  }

  private static Optional<String> set(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }
}
