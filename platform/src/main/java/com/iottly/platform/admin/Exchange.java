package com.iottly.platform.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.ProjectId;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;

/** One run of a command: what it works on, what it reads and where its words go. One thread. */
final class Exchange {

  static final int DONE = 0;
  static final int REFUSED = 1;
  static final int USAGE = 2;

  /** The longest line of input, in characters; a password has at most 200. */
  static final int MAX_INPUT = 4096;

  private final Supplier<AdminRooms> rooms;
  private final Reader in;
  private final PrintWriter out;
  private final PrintWriter err;
  private boolean json;

  Exchange(Supplier<AdminRooms> rooms, Reader in, PrintWriter out, PrintWriter err) {
    this.rooms = rooms;
    this.in = in;
    this.out = out;
    this.err = err;
  }

  AdminRooms rooms() {
    return rooms.get();
  }

  void json(boolean wanted) {
    json = wanted;
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /** Prints one of the two. */
  int show(JsonNode document, String text) {
    if (json) {
      out.println(document);
    } else if (!text.isEmpty()) {
      out.println(text);
    }
    return DONE;
  }

  /** The same with a remark for a person, kept apart so that the text can be captured. */
  int show(JsonNode document, String text, String remark) {
    if (!json) {
      err.println(remark);
    }
    return show(document, text);
  }

  /** Says that the list goes on. */
  void more(String how) {
    err.println("there are more: go on with " + how);
  }

  int refuse(String problem) {
    complain(err, problem);
    return REFUSED;
  }

  int noProject(ProjectId id) {
    return refuse("there is no project " + id + ": see iottly admin project list");
  }

  boolean lacks(ProjectId id) {
    return rooms().fleet().projects().find(id).isEmpty();
  }

  static void complain(PrintWriter err, String problem) {
    err.println("iottly admin: " + problem);
  }

  /** The first line of the input without its line break; empty when there is none or it is long. */
  Optional<String> line() {
    try {
      return line(in);
    } catch (IOException e) {
      throw new UncheckedIOException("the input can't be read", e);
    }
  }

  static Optional<String> line(Reader in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    while (next >= 0 && next != '\n' && line.length() <= MAX_INPUT) {
      line.append((char) next);
      next = in.read();
    }
    if (!line.isEmpty() && line.charAt(line.length() - 1) == '\r') {
      line.setLength(line.length() - 1);
    }
    return line.isEmpty() || line.length() > MAX_INPUT
        ? Optional.empty()
        : Optional.of(line.toString());
  }
}
