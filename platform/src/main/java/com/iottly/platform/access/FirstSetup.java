package com.iottly.platform.access;

import com.iottly.platform.core.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/**
 * The first administrator of an installation: who can read the server's log may become it. The
 * token is good until there is an administrator or the server ends. Any thread; blocks on disk.
 */
public final class FirstSetup {

  private static final int TOKEN_BYTES = 20;

  /** What became of {@link #complete}. */
  public sealed interface Result {

    /** They may sign in now. */
    record Done(User user) implements Result {}

    /** It is not the token in the log. */
    record WrongToken() implements Result {}

    /** There is an administrator already. */
    record NotNeeded() implements Result {}

    /**
     * Name or password break a rule.
     *
     * @param problem a sentence for the caller that names the thing and the fix
     */
    record Refused(String problem) implements Result {}
  }

  private final Users users;
  private final String tokenHash;
  private final Optional<String> token;

  /** Makes a token when there is no administrator yet. */
  public FirstSetup(Users users, SecureRandom random) {
    this.users = users;
    byte[] bytes = new byte[TOKEN_BYTES];
    random.nextBytes(bytes);
    String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    this.tokenHash = Sha256.hex(secret);
    this.token = isNeeded() ? Optional.of(secret) : Optional.empty();
  }

  /** The token, for the server's log. */
  public Optional<String> token() {
    return token;
  }

  /** Whether there is no administrator yet. */
  public boolean isNeeded() {
    return !users.hasAdministrator();
  }

  /** Makes the first administrator. */
  public Result complete(String givenToken, String name, String password) {
    if (!isNeeded()) {
      return new Result.NotNeeded();
    }
    byte[] given = Sha256.hex(givenToken).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(given, tokenHash.getBytes(StandardCharsets.US_ASCII))) {
      return new Result.WrongToken();
    }
    return switch (users.createFirst(name, password)) {
      case Users.Change.Done(User user) -> new Result.Done(user);
      case Users.Change.Refused(String problem) -> new Result.Refused(problem);
      case Users.Change.Unknown() -> new Result.NotNeeded();
    };
  }
}
