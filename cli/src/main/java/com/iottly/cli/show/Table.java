package com.iottly.cli.show;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Elements as rows under a heading, each column as wide as its widest cell. One thread. */
public final class Table {

  private static final String GAP = "  ";

  private final List<Column> columns;
  private final Instant now;
  private final List<List<Column.Cell>> rows = new ArrayList<>();

  public Table(List<Column> columns, Instant now) {
    this.columns = columns;
    this.now = now;
  }

  /** A row of that element. */
  public void add(JsonNode element) {
    rows.add(columns.stream().map(column -> column.cell().apply(element, now)).toList());
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The rows under their heading. */
  public List<String> lines(boolean colours) {
    List<List<Column.Cell>> all = new ArrayList<>();
    all.add(
        columns.stream().map(column -> new Column.Cell(column.heading(), Colour.HEADING)).toList());
    all.addAll(rows);
    return aligned(all, colours);
  }

  /** One element, with a line for each column. */
  public static List<String> sheet(
      List<Column> columns, JsonNode element, Instant now, boolean colours) {
    return aligned(
        columns.stream()
            .map(column ->
                List.of(
                    new Column.Cell(column.heading(), Colour.HEADING),
                    column.cell().apply(element, now)))
            .toList(),
        colours);
  }

  private static List<String> aligned(List<List<Column.Cell>> rows, boolean colours) {
    int[] widths = new int[rows.getFirst().size()];
    for (List<Column.Cell> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], width(row.get(i).text()));
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<Column.Cell> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String text = row.get(i).text();
        line.append(colours ? row.get(i).colour().paint(text) : text);
        if (i < widths.length - 1) {
          line.repeat(' ', widths[i] - width(text)).append(GAP);
        }
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private static int width(String text) {
    return text.codePointCount(0, text.length());
  }
}
