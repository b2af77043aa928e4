package com.iottly.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Figures under headings. A cell is a text, a number with its decimals, or empty.
 *
 * @param title what the table shows
 * @param columns the headings, units included
 * @param rows as many cells each as there are columns
 */
record Table(String title, List<String> columns, List<List<Cell>> rows) {

  Table {
    columns = List.copyOf(columns);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<Cell> row : rows) {
      if (row.size() != columns.size()) {
        throw new IllegalArgumentException(
            title + ": " + row.size() + " cells under " + columns.size() + " headings");
      }
    }
  }

  /** One cell; {@code value} is null when it is no number. */
  record Cell(String text, @Nullable Double value) {

    static Cell of(String text) {
      return new Cell(text, null);
    }

    static Cell of(double value, int decimals) {
      return new Cell(String.format(Locale.ROOT, "%,." + decimals + "f", value), value);
    }

    static Cell of(long count) {
      return new Cell(String.format(Locale.ROOT, "%,d", count), (double) count);
    }

    static Cell empty() {
      return new Cell("", null);
    }
  }

  /** For a terminal: texts to the left, numbers to the right. */
  String plain() {
    return grid("  ", "", "", false);
  }

  /** For a Markdown page. */
  String markdown() {
    return grid(" | ", "| ", " |", true);
  }

  private String grid(String between, String before, String after, boolean markdown) {
    StringBuilder out = new StringBuilder();
    out.append(markdown ? "**" + title + "**\n\n" : title + "\n\n");
    List<String> headings = new ArrayList<>();
    List<String> rules = new ArrayList<>();
    for (int column = 0; column < columns.size(); column++) {
      int width = width(column);
      headings.add(padded(columns.get(column), width, numeric(column)));
      rules.add(markdown && numeric(column) ? "-".repeat(width - 1) + ":" : "-".repeat(width));
    }
    line(out, headings, between, before, after);
    line(out, rules, between, before, after);
    for (List<Cell> row : rows) {
      List<String> cells = new ArrayList<>();
      for (int column = 0; column < row.size(); column++) {
        cells.add(padded(row.get(column).text(), width(column), numeric(column)));
      }
      line(out, cells, between, before, after);
    }
    return out.toString();
  }

  private static void line(
      StringBuilder out, List<String> cells, String between, String before, String after) {
    String line = before + String.join(between, cells) + after;
    out.append(after.isEmpty() ? line.stripTrailing() : line).append('\n');
  }

  private boolean numeric(int column) {
    return rows.stream().anyMatch(row -> row.get(column).value() != null);
  }

  private int width(int column) {
    int width = Math.max(3, columns.get(column).length());
    for (List<Cell> row : rows) {
      width = Math.max(width, row.get(column).text().length());
    }
    return width;
  }

  private static String padded(String text, int width, boolean right) {
    String space = " ".repeat(width - text.length());
    return right ? space + text : text + space;
  }
}
