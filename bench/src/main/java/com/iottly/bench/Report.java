package com.iottly.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/**
 * What one bench found.
 *
 * @param bench its name on the command line
 * @param title a heading
 * @param about what was measured and how, one paragraph
 * @param command reproduces it
 * @param tables the figures
 * @param notes what a reader should know, such as what was left out and why
 */
record Report(
    String bench,
    String title,
    String about,
    String command,
    List<Table> tables,
    List<String> notes) {

  Report {
    tables = List.copyOf(tables);
    notes = List.copyOf(notes);
  }

  String plain(Machine machine) {
    StringBuilder out = new StringBuilder("\n").append(title).append('\n');
    out.append(machine.line()).append("\n\n");
    for (Table table : tables) {
      out.append(table.plain()).append('\n');
    }
    for (String note : notes) {
      out.append("- ").append(note).append('\n');
    }
    return out.toString();
  }

  String markdown(Machine machine, Instant when) {
    StringBuilder out = new StringBuilder("## ").append(title).append("\n\n");
    out.append(about).append("\n\n");
    for (Table table : tables) {
      out.append(table.markdown()).append('\n');
    }
    for (String note : notes) {
      out.append("- ").append(note).append('\n');
    }
    out.append(notes.isEmpty() ? "" : "\n");
    out.append("Measured on ").append(LocalDate.ofInstant(when, ZoneOffset.UTC)).append(": ");
    out.append(machine.line()).append(". Again with:\n\n```\n").append(command).append("\n```\n");
    return out.toString();
  }

  ObjectNode json(Machine machine, Instant when) {
    ObjectNode root = Api.JSON.createObjectNode();
    root.put("bench", bench).put("command", command).put("date", when.toString());
    root.putObject("machine")
        .put("cores", machine.cores())
        .put("cpu", machine.cpu())
        .put("memory", machine.memory())
        .put("system", machine.system())
        .put("java", machine.java());
    ArrayNode list = root.putArray("tables");
    for (Table table : tables) {
      ObjectNode node = list.addObject().put("title", table.title());
      ArrayNode rows = node.putArray("rows");
      for (List<Table.Cell> cells : table.rows()) {
        ObjectNode row = rows.addObject();
        for (int i = 0; i < cells.size(); i++) {
          put(row, table.columns().get(i), cells.get(i));
        }
      }
    }
    ArrayNode remarks = root.putArray("notes");
    notes.forEach(remarks::add);
    return root;
  }

  private static void put(ObjectNode row, String column, Table.Cell cell) {
    Double value = cell.value();
    if (value != null) {
      row.put(column, value);
    } else if (cell.text().isEmpty()) {
      row.putNull(column);
    } else {
      row.put(column, cell.text());
    }
  }
}
