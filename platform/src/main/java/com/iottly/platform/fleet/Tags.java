package com.iottly.platform.fleet;

import com.iottly.platform.core.PlainText;
import com.iottly.platform.sql.Like;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** Words to find a project or a device by. */
final class Tags {

  static final int MAX_TAGS = 20;
  static final int MAX_TAG = 40;

  private Tags() {}

  static Optional<String> problem(List<String> tags) {
    if (tags.size() > MAX_TAGS) {
      return Optional.of(
          "there are " + tags.size() + " tags: at most " + MAX_TAGS + " are allowed");
    }
    if (new HashSet<>(tags).size() < tags.size()) {
      return Optional.of("a tag occurs twice: name each tag once");
    }
    return tags.stream()
        .flatMap(tag -> PlainText.problem("a tag", tag, MAX_TAG).stream())
        .findFirst();
  }

  /** What a column of tags that has this one is like. */
  static String like(String tag) {
    String list = Columns.fromStrings(List.of(tag));
    return Like.containing(list.substring(1, list.length() - 1));
  }
}
