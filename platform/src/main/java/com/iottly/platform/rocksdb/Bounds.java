package com.iottly.platform.rocksdb;

import com.iottly.platform.core.Cursor;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the journal holds now, and the cursors into it: {@code r1.<generation>.<position>}. The
 * writer sets it, anyone reads it.
 */
final class Bounds {

  private static final Pattern TOKEN = Pattern.compile("r1\\.([0-9a-f]{8})\\.([0-9a-z]{1,13})");
  private static final int RADIX = 36;

  private final String generation;
  private volatile long newest;
  private volatile long oldest;

  Bounds(int generation) {
    this.generation = HexFormat.of().toHexDigits(generation);
  }

  /** The position of the newest durable entry, 0 when there was never one. */
  long newest() {
    return newest;
  }

  /** No entry is before this position. */
  long oldest() {
    return oldest;
  }

  void newest(long position) {
    newest = position;
  }

  void oldest(long position) {
    oldest = position;
  }

  Cursor cursor(long position) {
    return new Cursor("r1." + generation + "." + Long.toString(position, RADIX));
  }

  /** The position in that cursor. */
  long position(Cursor cursor) {
    Matcher token = TOKEN.matcher(cursor.token());
    if (!token.matches()) {
      throw new IllegalArgumentException(
          "'"
              + shortened(cursor.token())
              + "' is not a cursor of this journal; start from a new one");
    }
    if (!token.group(1).equals(generation)) {
      throw new IllegalArgumentException(
          "the cursor belongs to another journal, perhaps the one before a new installation;"
              + " start from a new one");
    }
    long position = parse(token.group(2));
    if (position < 0 || position > newest) {
      throw new IllegalArgumentException(
          "the cursor is beyond the end of the journal, perhaps because the journal was restored"
              + " from an older backup; start from a new one");
    }
    return position;
  }

  private static long parse(String digits) {
    try {
      return Long.parseLong(digits, RADIX);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static String shortened(String token) {
    return token.length() <= 40 ? token : token.substring(0, 40) + "…";
  }
}
