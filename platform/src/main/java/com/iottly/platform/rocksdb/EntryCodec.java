package com.iottly.platform.rocksdb;

import com.iottly.platform.core.CommandChange;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a row: the messages of one device that came into one group side by side, or one
 * change of a command. Its entries have consecutive positions; the last is its key, so that the
 * first key from a position on is the row that holds it.
 *
 * <pre>
 *   head     version 1 | kind 1 | project 12 | device 16 | timestamp ms 8 | entries 4
 *   messages head | message …
 *   message  device timestamp ms 8 | flags 1 | [channel] | length 4 | payload
 *   change   head | command 16 | state 1 | flags 1 | [error] | result to the end
 * </pre>
 *
 * Texts are a 4-byte length and UTF-8. Numbers are big-endian.
 */
final class EntryCodec {

  private static final int BODY = 42;

  /** How many bytes {@link #head} needs at most. */
  static final int HEAD_BYTES = BODY + Keys.ID_BYTES;

  private static final byte VERSION = 2;
  private static final byte MESSAGES = 1;
  private static final byte CHANGE = 2;
  private static final int COUNT = BODY - Integer.BYTES;
  private static final int CLOCK_TRUSTED = 1;
  private static final int HAS_TEXT = 2;
  private static final int HAS_RESULT = 4;
  private static final int OF_AGENT = 8;
  private static final int FIXED = BODY + Keys.ID_BYTES + 2 + Integer.BYTES;

  private EntryCodec() {}

  /**
   * What all entries of a row share.
   *
   * @param count how many they are
   * @param command for a change only
   */
  record Head(
      ProjectId project, DeviceId device, long timestamp, int count, @Nullable CommandId command) {

    /** The position of the row's first entry. */
    long first(long last) {
      return last - count + 1;
    }
  }

  /** How much an entry with that text and those bytes adds to a row at most. */
  static int room(@Nullable String text, @Nullable Payload payload) {
    return FIXED + (text == null ? 0 : 3 * text.length()) + (payload == null ? 0 : payload.size());
  }

  /** Begins a row of messages; {@link #endMessages} says how many they became. */
  static void beginMessages(ByteBuffer target, byte[] project, DeviceId device, long timestamp) {
    putHead(target, MESSAGES, project, device, timestamp, 0);
  }

  static void putMessage(
      ByteBuffer target,
      MessageType type,
      long deviceTimestamp,
      boolean clockTrusted,
      @Nullable String channel,
      Payload payload) {
    int origin =
        switch (type) {
          case IOTTLYAGENT -> OF_AGENT;
          case USERDEFINED -> 0;
        };
    int flags = origin | (clockTrusted ? CLOCK_TRUSTED : 0) | (channel != null ? HAS_TEXT : 0);
    target.putLong(deviceTimestamp).put((byte) flags);
    putText(target, channel);
    target.putInt(payload.size()).put(payload.bytes());
  }

  static void endMessages(ByteBuffer target, int count) {
    target.putInt(COUNT, count);
  }

  static void putChange(ByteBuffer target, byte[] project, CommandChange change) {
    Payload result = change.result();
    putHead(target, CHANGE, project, change.device(), change.timestamp().toEpochMilli(), 1);
    Keys.put(target, change.command().value());
    target.put(CommandCodec.code(change.state()));
    int flags = (change.error() != null ? HAS_TEXT : 0) | (result != null ? HAS_RESULT : 0);
    target.put((byte) flags);
    putText(target, change.error());
    if (result != null) {
      target.put(result.bytes());
    }
  }

  /** Reads the head from the first {@link #HEAD_BYTES} bytes of a row, or all of them. */
  static Head head(byte[] row) {
    requireKnown(row);
    return new Head(
        Keys.project(row, 2),
        new DeviceId(Keys.uuid(row, 14)),
        Keys.readLong(row, 30),
        Keys.readInt(row, COUNT),
        row[1] == CHANGE ? Keys.commandId(row, BODY) : null);
  }

  /** The row's entries, oldest first. */
  static List<? extends Entry> entries(long last, byte[] row) {
    Head head = head(row);
    return head.command() == null
        ? messages(last, head, row)
        : List.of(change(last, head, head.command(), row));
  }

  /** The row's messages, oldest first; none when it is a change. */
  static List<Message> messages(long last, byte[] row) {
    Head head = head(row);
    return head.command() == null ? messages(last, head, row) : List.of();
  }

  private static List<Message> messages(long last, Head head, byte[] row) {
    Instant timestamp = Instant.ofEpochMilli(head.timestamp());
    List<Message> messages = new ArrayList<>(head.count());
    ByteBuffer body = ByteBuffer.wrap(row).position(BODY);
    for (long position = head.first(last); position <= last; position++) {
      messages.add(message(position, head, timestamp, body));
    }
    return messages;
  }

  private static Message message(long position, Head head, Instant timestamp, ByteBuffer body) {
    Instant deviceTimestamp = Instant.ofEpochMilli(body.getLong());
    byte flags = body.get();
    String channel = (flags & HAS_TEXT) != 0 ? text(body) : null;
    return new Message(
        position,
        head.project(),
        head.device(),
        timestamp,
        deviceTimestamp,
        (flags & CLOCK_TRUSTED) != 0,
        (flags & OF_AGENT) != 0 ? MessageType.IOTTLYAGENT : MessageType.USERDEFINED,
        channel,
        payload(body, body.getInt()));
  }

  private static CommandChange change(long position, Head head, CommandId command, byte[] row) {
    ByteBuffer body = ByteBuffer.wrap(row).position(BODY + Keys.ID_BYTES);
    CommandState state = CommandCodec.state(body.get());
    byte flags = body.get();
    String error = (flags & HAS_TEXT) != 0 ? text(body) : null;
    return new CommandChange(
        position,
        head.project(),
        head.device(),
        command,
        Instant.ofEpochMilli(head.timestamp()),
        state,
        error,
        (flags & HAS_RESULT) != 0 ? payload(body, body.remaining()) : null);
  }

  private static void putHead(
      ByteBuffer target, byte kind, byte[] project, DeviceId device, long timestamp, int count) {
    target.put(VERSION).put(kind).put(project);
    Keys.put(target, device.value()).putLong(timestamp).putInt(count);
  }

  private static void putText(ByteBuffer target, @Nullable String text) {
    if (text != null) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      target.putInt(bytes.length).put(bytes);
    }
  }

  private static String text(ByteBuffer source) {
    byte[] bytes = new byte[source.getInt()];
    source.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Payload payload(ByteBuffer source, int size) {
    byte[] bytes = new byte[size];
    source.get(bytes);
    return Payload.trusted(bytes);
  }

  private static void requireKnown(byte[] row) {
    if (row[0] != VERSION) {
      throw new StoreException(
          StoreException.Code.NEWER_FORMAT,
          "a row of entries has format "
              + row[0]
              + ", which this version can't read; start the version that wrote it");
    }
  }
}
