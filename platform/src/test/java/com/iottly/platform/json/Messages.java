package com.iottly.platform.json;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.ProjectId;
import com.iottly.wire.Payload;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Messages for tests. */
public final class Messages {

  public static final ProjectId PROJECT = new ProjectId("59c1b2e6a7b1c2d3e4f50617");
  public static final DeviceId DEVICE =
      new DeviceId(UUID.fromString("0b9e5a2c-5f0d-4c0e-9a53-1d6f0a7c2b11"));
  public static final Instant START = Instant.parse("2017-09-20T00:33:27.230Z");

  private Messages() {}

  public static Message withPayload(String payload) {
    return message(1, START, MessageType.USERDEFINED, null, payload);
  }

  public static Message message(
      long position, Instant timestamp, MessageType type, @Nullable String channel, String json) {
    return new Message(
        position,
        PROJECT,
        DEVICE,
        timestamp,
        timestamp.minusMillis(1_500),
        true,
        type,
        channel,
        Payload.of(json));
  }
}
