package com.iottly.platform.core;

import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;

/**
 * A message's {@code _id}: 24 hex digits, four bytes of seconds and eight of journal position, so
 * that within a device a later message has a larger id (contract §2, Order).
 *
 * @param seconds the seconds of the message's timestamp since 1970, 0 to 2^32-1
 * @param position the message's place in the journal
 */
public record MessageId(long seconds, long position) implements Comparable<MessageId> {

  /** The id of the message with that timestamp and position. */
  public static MessageId of(Instant timestamp, long position) {
    return new MessageId(timestamp.getEpochSecond() & 0xffffffffL, position);
  }

  /** The id in this text, when it is 24 hex digits. */
  public static Optional<MessageId> parse(String text) {
    if (text.length() != 24 || !text.chars().allMatch(HexFormat::isHexDigit)) {
      return Optional.empty();
    }
    return Optional.of(
        new MessageId(
            HexFormat.fromHexDigitsToLong(text, 0, 8), HexFormat.fromHexDigitsToLong(text, 8, 24)));
  }

  @Override
  public int compareTo(MessageId other) {
    int bySeconds = Long.compareUnsigned(seconds, other.seconds);
    return bySeconds != 0 ? bySeconds : Long.compareUnsigned(position, other.position);
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(seconds, 8) + HexFormat.of().toHexDigits(position);
  }
}
