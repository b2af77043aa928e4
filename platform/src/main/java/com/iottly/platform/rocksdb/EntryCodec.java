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
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an entry; its position is its key.
 *
 * <pre>
 *   head     version 1 | kind 1 | project 12 | device 16 | timestamp ms 8
 *   message  head | device timestamp ms 8 | flags 1 | [channel] | payload to the end
 *   change   head | command 16 | state 1 | flags 1 | [error] | result to the end
 * </pre>
 *
 * Texts are a 4-byte length and UTF-8. Numbers are big-endian.
 */
final class EntryCodec {

  static final byte AGENT_MESSAGE = 1;
  static final byte USER_MESSAGE = 2;
  static final byte COMMAND_CHANGE = 3;

  /** How many bytes {@link #head} needs at most. */
  static final int HEAD_BYTES = 38 + Keys.ID_BYTES;

  private static final byte VERSION = 1;
  private static final int BODY = 38;
  private static final int CLOCK_TRUSTED = 1;
  private static final int HAS_TEXT = 2;
  private static final int HAS_RESULT = 4;
  private static final int FIXED = BODY + Keys.ID_BYTES + 2 + Integer.BYTES;

  private EntryCodec() {}

  /** What retention needs to know of an entry; the command for a change only. */
  record Head(
      byte kind, ProjectId project, DeviceId device, long timestamp, @Nullable CommandId command) {}

  /** The kind a message of that type has. */
  static byte kind(MessageType type) {
    return switch (type) {
      case IOTTLYAGENT -> AGENT_MESSAGE;
      case USERDEFINED -> USER_MESSAGE;
    };
  }

  /** How large an entry with that text and those bytes can be at most. */
  static int room(@Nullable String text, @Nullable Payload payload) {
    return FIXED + (text == null ? 0 : 3 * text.length()) + (payload == null ? 0 : payload.size());
  }

  static void putMessage(
      ByteBuffer target,
      byte[] project,
      DeviceId device,
      long timestamp,
      MessageType type,
      long deviceTimestamp,
      boolean clockTrusted,
      @Nullable String channel,
      Payload payload) {
    putHead(target, kind(type), project, device, timestamp);
    int flags = (clockTrusted ? CLOCK_TRUSTED : 0) | (channel != null ? HAS_TEXT : 0);
    target.putLong(deviceTimestamp).put((byte) flags);
    putText(target, channel);
    target.put(payload.bytes());
  }

  static void putChange(ByteBuffer target, byte[] project, CommandChange change) {
    Payload result = change.result();
    putHead(target, COMMAND_CHANGE, project, change.device(), change.timestamp().toEpochMilli());
    Keys.put(target, change.command().value());
    target.put(CommandCodec.code(change.state()));
    int flags = (change.error() != null ? HAS_TEXT : 0) | (result != null ? HAS_RESULT : 0);
    target.put((byte) flags);
    putText(target, change.error());
    if (result != null) {
      target.put(result.bytes());
    }
  }

  /** Reads the head from the first {@link #HEAD_BYTES} bytes of an entry, or all of them. */
  static Head head(byte[] entry) {
    requireKnown(entry);
    byte kind = entry[1];
    return new Head(
        kind,
        Keys.project(entry, 2),
        new DeviceId(Keys.uuid(entry, 14)),
        Keys.readLong(entry, 30),
        kind == COMMAND_CHANGE ? Keys.commandId(entry, BODY) : null);
  }

  static Entry entry(long position, byte[] entry) {
    Head head = head(entry);
    return head.command() == null
        ? message(position, head, entry)
        : change(position, head, head.command(), entry);
  }

  private static Message message(long position, Head head, byte[] entry) {
    ByteBuffer body = ByteBuffer.wrap(entry).position(BODY);
    Instant deviceTimestamp = Instant.ofEpochMilli(body.getLong());
    byte flags = body.get();
    String channel = (flags & HAS_TEXT) != 0 ? text(body) : null;
    return new Message(
        position,
        head.project(),
        head.device(),
        Instant.ofEpochMilli(head.timestamp()),
        deviceTimestamp,
        (flags & CLOCK_TRUSTED) != 0,
        head.kind() == AGENT_MESSAGE ? MessageType.IOTTLYAGENT : MessageType.USERDEFINED,
        channel,
        rest(body));
  }

  private static CommandChange change(long position, Head head, CommandId command, byte[] entry) {
    ByteBuffer body = ByteBuffer.wrap(entry).position(BODY + Keys.ID_BYTES);
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
        (flags & HAS_RESULT) != 0 ? rest(body) : null);
  }

  private static void putHead(
      ByteBuffer target, byte kind, byte[] project, DeviceId device, long timestamp) {
    target.put(VERSION).put(kind).put(project);
    Keys.put(target, device.value()).putLong(timestamp);
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

  private static Payload rest(ByteBuffer source) {
    return Payload.trusted(Arrays.copyOfRange(source.array(), source.position(), source.limit()));
  }

  private static void requireKnown(byte[] entry) {
    if (entry[0] != VERSION) {
      throw new StoreException(
          StoreException.Code.NEWER_FORMAT,
          "an entry has format "
              + entry[0]
              + ", which this version can't read; start the version that wrote it");
    }
  }
}
