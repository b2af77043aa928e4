package com.iottly.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The page {@code docs/performance.md}. Each bench owns the lines between its two markers; all
 * other lines belong to people and stay as they are.
 */
final class PerformanceDocs {

  private static final String HEAD =
      """
      # Performance

      What the platform does on a small machine, measured by `./iottly bench` with the real protocol over real sockets
      against the real server process, on the same cores as the load generator. Trust the ratios more than the figures.
      """;

  private PerformanceDocs() {}

  static void write(Path page, String bench, String section) {
    try {
      String old = Files.exists(page) ? Files.readString(page) : HEAD;
      Path directory = page.toAbsolutePath().getParent();
      if (directory != null) {
        Files.createDirectories(directory);
      }
      Files.writeString(page, merge(old, bench, section));
    } catch (IOException e) {
      throw new BenchException("can't write " + page + ": " + BenchException.reason(e), e);
    }
  }

  /** The page with that bench's section in its place, or at the end when it is new. */
  static String merge(String page, String bench, String section) {
    String begin = "<!-- bench " + bench + " -->\n";
    String end = "<!-- end of bench " + bench + " -->\n";
    String block = begin + "\n" + section.strip() + "\n\n" + end;
    int from = page.indexOf(begin);
    int until = page.indexOf(end);
    if (from < 0 && until < 0) {
      return page.stripTrailing() + "\n\n" + block;
    }
    if (from < 0 || until < from) {
      throw new BenchException(
          "the page's markers of bench " + bench + " don't pair up; put both in or take both out");
    }
    return page.substring(0, from) + block + page.substring(until + end.length());
  }
}
