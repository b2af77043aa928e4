package com.iottly.platform.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What goes over the admin socket: the client sends one line, {@code
 * {"arguments":["project","list"],"input":""}}, the server answers one, {@code
 * {"exit":0,"out":"…","err":"…"}}, and closes.
 */
final class AdminProtocol {

  /** The longest answer a client takes, in bytes; the longest page of a list has about 5 MB. */
  static final int MAX_ANSWER = 64 << 20;

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(8)
                          .maxStringLength(MAX_ANSWER)
                          .build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private AdminProtocol() {}

  record Request(List<String> arguments, String input) {
    Request {
      arguments = List.copyOf(arguments);
    }

    byte[] line() {
      ObjectNode json = Exchange.object();
      ArrayNode list = json.putArray("arguments");
      arguments.forEach(list::add);
      return AdminProtocol.line(json.put("input", input));
    }

    /** The request in that line, when it is one. */
    static Optional<Request> read(ByteBuffer line) {
      ObjectNode json = object(line).orElseGet(Exchange::object);
      JsonNode input = json.path("input");
      if (!json.path("arguments").isArray() || !(input.isTextual() || input.isMissingNode())) {
        return Optional.empty();
      }
      List<String> arguments = new ArrayList<>();
      for (JsonNode argument : json.path("arguments")) {
        if (!argument.isTextual()) {
          return Optional.empty();
        }
        arguments.add(argument.textValue());
      }
      return Optional.of(new Request(arguments, input.asText("")));
    }
  }

  record Answer(int exit, String out, String err) {

    byte[] line() {
      return AdminProtocol.line(
          Exchange.object().put("exit", exit).put("out", out).put("err", err));
    }

    /** The answer in that line, when it is one. */
    static Optional<Answer> read(ByteBuffer line) {
      return object(line)
          .filter(json -> json.path("exit").isInt())
          .filter(json -> json.path("out").isTextual() && json.path("err").isTextual())
          .map(json ->
              new Answer(
                  json.path("exit").intValue(),
                  json.path("out").textValue(),
                  json.path("err").textValue()));
    }
  }

  private static Optional<ObjectNode> object(ByteBuffer line) {
    try {
      return MAPPER.readTree(line.array(), 0, line.limit()) instanceof ObjectNode object
          ? Optional.of(object)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static byte[] line(ObjectNode json) {
    try {
      byte[] text = MAPPER.writeValueAsBytes(json);
      byte[] line = Arrays.copyOf(text, text.length + 1);
      line[text.length] = '\n';
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException("JSON can't be written to memory", e);
    }
  }

  /** What came in. */
  sealed interface Received {

    /** A whole line, without its line break. */
    record Line(ByteBuffer bytes) implements Received {}

    /** No line break among so many bytes as are allowed. */
    record TooLong() implements Received {}

    /**
     * The end came before the line break.
     *
     * @param bytes how many came before
     */
    record Ended(int bytes) implements Received {}
  }

  /**
   * Reads one line of at most {@code max} bytes, its line break included. What follows is ignored.
   */
  static Received receive(SocketChannel channel, int max) throws IOException {
    byte[] bytes = new byte[Math.min(max, 4096)];
    int length = 0;
    while (length < max) {
      if (length == bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.min(max, 2 * length));
      }
      int read = channel.read(ByteBuffer.wrap(bytes, length, bytes.length - length));
      if (read < 0) {
        return new Received.Ended(length);
      }
      for (int i = length; i < length + read; i++) {
        if (bytes[i] == '\n') {
          return new Received.Line(ByteBuffer.wrap(bytes, 0, i));
        }
      }
      length += read;
    }
    return new Received.TooLong();
  }

  static void send(SocketChannel channel, byte[] line) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(line);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }
}
