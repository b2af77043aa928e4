package com.iottly.platform.history;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.filter.QueryException;
import com.iottly.platform.filter.QueryException.Code;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The place behind a message in one direction of a device's history. Its text is opaque to callers:
 * a version, the direction, the message's id and a checksum that covers the device too.
 */
record MessageCursor(DeviceId device, MessageId last, boolean newestFirst) {

  private static final byte VERSION = 1;
  private static final int BODY = 14;
  private static final int LENGTH = BODY + 4;

  /** The place as text of 24 URL-safe characters. */
  String token() {
    byte[] body =
        ByteBuffer.allocate(BODY)
            .put(VERSION)
            .put((byte) (newestFirst ? 1 : 0))
            .putInt((int) last.seconds())
            .putLong(last.position())
            .array();
    byte[] all = ByteBuffer.allocate(LENGTH).put(body).putInt(checksum(body, device)).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
  }

  /**
   * The place in this text.
   *
   * @throws QueryException when it was not made for this device and direction
   */
  static MessageCursor parse(String token, DeviceId device, boolean newestFirst) {
    byte[] all;
    try {
      all = Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      throw foreign();
    }
    if (all.length != LENGTH || all[0] != VERSION) {
      throw foreign();
    }
    ByteBuffer fields = ByteBuffer.wrap(all);
    byte[] body = new byte[BODY];
    fields.get(0, body);
    if (fields.getInt(BODY) != checksum(body, device)) {
      throw foreign();
    }
    if ((fields.get(1) == 1) != newestFirst) {
      throw new QueryException(
          Code.BAD_CURSOR,
          "the cursor was made for the other sort order; start again without a cursor");
    }
    MessageId last = new MessageId(fields.getInt(2) & 0xffffffffL, fields.getLong(6));
    return new MessageCursor(device, last, newestFirst);
  }

  private static int checksum(byte[] body, DeviceId device) {
    UUID uuid = device.value();
    CRC32C crc = new CRC32C();
    crc.update(body);
    crc.update(
        ByteBuffer.allocate(16)
            .putLong(uuid.getMostSignificantBits())
            .putLong(uuid.getLeastSignificantBits())
            .flip());
    return (int) crc.getValue();
  }

  private static QueryException foreign() {
    return new QueryException(
        Code.BAD_CURSOR,
        "the cursor was not made for this device, or is damaged; pass on the `next` of an earlier"
            + " answer unchanged, or start again without a cursor");
  }
}
