package com.iottly.platform.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Who does something.
 *
 * @param kind what they are
 * @param name the user's name, the key's id, or empty where the kind says it all
 * @param address from where, or null when it is this machine
 */
public record Actor(Kind kind, String name, @Nullable String address) {

  /** What somebody is. */
  public enum Kind {
    /** A person who signed in, or is just doing so. */
    USER,
    /** A program with an API key. */
    KEY,
    /** A machine with a pair code. */
    PAIR_CODE,
    /** Who runs {@code iottly admin} on the server's machine. */
    ADMIN_SOCKET,
    /** The server itself. */
    SERVER;

    /** The name in the public API. */
    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Something to do as somebody. */
  public interface Deed<T, E extends Exception> {
    T run() throws E;
  }

  private static final Actor SERVER = new Actor(Kind.SERVER, "", null);
  private static final ScopedValue<Actor> PRESENT = ScopedValue.newInstance();

  /** Who acts on this thread now; the server itself when nobody else was named. */
  public static Actor present() {
    return PRESENT.orElse(SERVER);
  }

  /** Does it as this one: what changes meanwhile, on this thread, is noted under their name. */
  public <T, E extends Exception> T does(Deed<T, E> deed) throws E {
    return ScopedValue.where(PRESENT, this).<T, E>call(deed::run);
  }
}
