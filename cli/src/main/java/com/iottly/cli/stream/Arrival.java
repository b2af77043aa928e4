package com.iottly.cli.stream;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;

/** What comes on a channel. */
public sealed interface Arrival {

  /** Bytes of the service. */
  record Bytes(ByteBuffer bytes) implements Arrival {}

  /** A word of the service. */
  record Control(JsonNode control) implements Arrival {}

  /** The device is away, and may come back. */
  record Interrupted() implements Arrival {}

  /** It is back. */
  record Resumed(JsonNode info) implements Arrival {}

  /**
   * Nothing more comes.
   *
   * @param code {@code ended} when all went well, {@link Stream#LOST} when our own connection broke
   * @param result what the service says, with {@code error} when it did not go well
   */
  record Closed(String code, JsonNode result) implements Arrival {

    /** What went wrong, for people. */
    public String sentence() {
      return result.path("error").asText("the channel was closed: " + code);
    }
  }
}
