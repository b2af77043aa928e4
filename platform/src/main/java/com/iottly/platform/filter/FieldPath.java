package com.iottly.platform.filter;

import java.util.List;

/**
 * A dotted path, taken apart.
 *
 * @param text the path as it was written
 * @param names its parts, at least one
 * @param indexes for each part the array index that it is, or -1
 */
record FieldPath(String text, List<String> names, List<Integer> indexes) {

  static FieldPath of(String text) {
    List<String> names = List.of(text.split("\\.", -1));
    return new FieldPath(text, names, names.stream().map(FieldPath::indexOf).toList());
  }

  int length() {
    return names.size();
  }

  /** The array index in decimal without leading zeros that this name is, or -1. */
  static int indexOf(String name) {
    int length = name.length();
    if (length == 0 || length > 9 || (length > 1 && name.charAt(0) == '0')) {
      return -1;
    }
    int index = 0;
    for (int i = 0; i < length; i++) {
      int digit = name.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      index = index * 10 + digit;
    }
    return index;
  }
}
