package com.iottly.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of one JSON object (RFC 8259) in valid UTF-8, nested at most {@value #MAX_DEPTH} deep.
 *
 * <p>Whoever holds a payload need not check it again. The bytes are kept as they came, white space
 * and all; when a name occurs twice in an object, readers take its last value. Immutable.
 */
public final class Payload {

  /** How deep objects and arrays may nest. */
  public static final int MAX_DEPTH = 64;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          // Or bytes that are no UTF-8 JSON would pass as UTF-16 JSON.
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final byte[] bytes;

  private Payload(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Checks the bytes and keeps a reference to them; the caller must not change them afterwards.
   *
   * @throws WireException with {@link CloseCode#BAD_FRAME} and a sentence that says what is wrong
   */
  public static Payload of(byte[] bytes) {
    requireUtf8(bytes);
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw WireException.badFrame("a payload is a JSON object, this one is not");
      }
      parser.skipChildren();
      if (parser.currentToken() != JsonToken.END_OBJECT) {
        throw WireException.badFrame("the payload ends inside its JSON object");
      }
      if (parser.nextToken() != null) {
        throw WireException.badFrame("the payload goes on after its JSON object");
      }
    } catch (StreamConstraintsException e) {
      throw WireException.badFrame(
          "the payload is too complex: it nests deeper than "
              + MAX_DEPTH
              + " levels, or has a name or number that is too long");
    } catch (JsonProcessingException e) {
      throw WireException.badFrame("the payload is not JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory", e);
    }
    return new Payload(bytes);
  }

  /** The same for text. */
  public static Payload of(String json) {
    return of(json.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Takes bytes that were a payload before, from a store of our own; they are not checked again.
   */
  public static Payload trusted(byte[] bytes) {
    return new Payload(bytes);
  }

  /** The bytes themselves, not a copy: read only. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes there are. */
  public int size() {
    return bytes.length;
  }

  private static void requireUtf8(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        try {
          var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
          return;
        } catch (CharacterCodingException e) {
          throw WireException.badFrame("the payload is not valid UTF-8");
        }
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Payload that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The JSON text. Payloads can hold secrets: keep this out of logs. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
