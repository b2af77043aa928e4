package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.cli.show.Colour;
import com.iottly.cli.show.Text;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;

/** Messages as they come: a line each, or JSON. */
final class MessagePrinter {

  private final PrintWriter out;
  private final boolean colours;
  private final boolean json;
  private final JsonArray array;

  MessagePrinter(Surroundings surroundings, boolean json) {
    this.out = surroundings.out();
    this.colours = surroundings.colours();
    this.json = json;
    this.array = new JsonArray(out);
  }

  void begin() {
    if (!json) {
      String heading = "%-24s %-11s %-12s %s".formatted("TIME (UTC)", "TYPE", "CHANNEL", "PAYLOAD");
      out.println(colours ? Colour.HEADING.paint(heading) : heading);
    }
  }

  /** One of a list that ends. */
  void inList(JsonNode message) {
    if (json) {
      array.add(message);
    } else {
      out.println(line(message));
    }
  }

  /** One of a list without an end. */
  void inStream(JsonNode message) {
    out.println(json ? Text.safe(message.toString()) : line(message));
  }

  void end() {
    if (json) {
      array.end();
    }
  }

  /** Hands all of it to the reader; answers whether there is one still. */
  boolean arrives() {
    return !out.checkError();
  }

  private String line(JsonNode message) {
    String time = time(message.path("timestamp").path("$date"));
    return "%s %-11s %-12s %s"
        .formatted(
            colours ? Colour.FAINT.paint(time) : time,
            Text.safe(message.path("type").asText()),
            Text.safe(message.path("channel").asText("-")),
            Text.safe(message.path("payload").toString()));
  }

  private static String time(JsonNode date) {
    try {
      return "%-24s".formatted(Text.clock(Instant.parse(date.asText())));
    } catch (DateTimeException e) {
      return "%-24s".formatted(Text.safe(date.toString()));
    }
  }
}
