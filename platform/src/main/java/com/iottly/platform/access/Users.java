package com.iottly.platform.access;

import com.iottly.platform.sql.Database;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/**
 * The local users, their passwords kept as Argon2id hashes (RFC 9106). Any thread; blocks on disk
 * and takes tens of milliseconds of CPU where a password is involved.
 */
public final class Users {

  /** What became of {@link #create} and {@link #setPassword}. */
  public sealed interface Change {

    /** It is durable. */
    record Done(User user) implements Change {}

    /**
     * It breaks a rule.
     *
     * @param problem a sentence for the caller that names the thing and the fix
     */
    record Refused(String problem) implements Change {}

    /** There is no such user. */
    record Unknown() implements Change {}
  }

  /** What became of {@link #verify}. */
  public sealed interface SignIn {

    /** Name and password belong together. */
    record Accepted(User user) implements SignIn {}

    /** They don't; which of them is wrong is not said, and takes the same work. */
    record Rejected() implements SignIn {}

    /** Too many passwords are being checked: try again in a moment. */
    record Busy() implements SignIn {}
  }

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public Users(Database database, InstantSource clock, SecureRandom random, PasswordCost cost) {
    throw new UnsupportedOperationException();
  }

  /**
   * Makes a user.
   *
   * @param name 1 to 64 letters, digits and {@code . _ @ + -}; kept in lower case
   * @param password 10 to 200 characters
   */
  public Change create(String name, String password) {
    throw new UnsupportedOperationException();
  }

  /** Gives the user another password. */
  public Change setPassword(String name, String password) {
    throw new UnsupportedOperationException();
  }

  /** Whether that password is that user's. */
  public SignIn verify(String name, String password) {
    throw new UnsupportedOperationException();
  }

  /** All users by name. */
  public List<User> list() {
    throw new UnsupportedOperationException();
  }

  /**
   * Deletes the user.
   *
   * @return whether there was one
   */
  public boolean delete(String name) {
    throw new UnsupportedOperationException();
  }
}
