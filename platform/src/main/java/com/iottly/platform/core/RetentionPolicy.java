package com.iottly.platform.core;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long a project's entries are kept.
 *
 * @param maxAge an entry older than this goes; null for any age
 * @param maxBytes when the project's entries have more bytes than this, the oldest go; null for no
 *     limit. Bytes are those of {@link ProjectUsage}.
 */
public record RetentionPolicy(@Nullable Duration maxAge, @Nullable Long maxBytes) {

  /** Nothing goes. */
  public static final RetentionPolicy KEEP_ALL = new RetentionPolicy(null, null);

  public RetentionPolicy {
    if (maxAge != null && maxAge.isNegative()) {
      throw new IllegalArgumentException("the maximum age is negative: " + maxAge);
    }
    if (maxBytes != null && maxBytes < 0) {
      throw new IllegalArgumentException("the maximum of bytes is negative: " + maxBytes);
    }
  }
}
