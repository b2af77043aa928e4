package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.cli.show.Text;
import java.io.PrintWriter;

/** A JSON array that is printed while its elements come, one a line. */
final class JsonArray {

  private final PrintWriter out;
  private boolean begun;

  JsonArray(PrintWriter out) {
    this.out = out;
  }

  void add(JsonNode element) {
    out.print(begun ? ",\n" : "[\n");
    out.print(Text.safe(element.toString()));
    begun = true;
  }

  void end() {
    out.println(begun ? "\n]" : "[]");
  }
}
