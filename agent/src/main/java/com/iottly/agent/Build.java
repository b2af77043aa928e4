package com.iottly.agent;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Properties;

/**
 * Which build of the agent this is.
 *
 * @param version such as {@code 1.2.0}
 * @param built no later than the build; a clock that shows an earlier time is wrong
 */
public record Build(String version, Instant built) {

  /** This program's build. */
  public static Build current() {
    try (InputStream in = Build.class.getResourceAsStream("build.properties")) {
      var properties = new Properties();
      properties.load(in);
      return new Build(
          properties.getProperty("version", "unknown"),
          Instant.parse(properties.getProperty("built", "2026-01-01T00:00:00Z")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
