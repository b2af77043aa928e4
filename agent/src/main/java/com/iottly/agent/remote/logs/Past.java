package com.iottly.agent.remote.logs;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** The last lines of those that come by, as many as asked for and no more than fit. One thread. */
final class Past {

  /** Characters of all of them together. */
  static final int MAX_CHARACTERS = 512 * 1024;

  private final int count;
  private final Deque<String> last = new ArrayDeque<>();
  private int characters;

  Past(int count) {
    this.count = count;
  }

  void add(String line) {
    last.add(line);
    characters += line.length();
    while (last.size() > count || characters > MAX_CHARACTERS) {
      characters -= last.remove().length();
    }
  }

  void hand(Lines lines) throws IOException, InterruptedException {
    for (String line : last) {
      lines.past(line);
    }
  }
}
