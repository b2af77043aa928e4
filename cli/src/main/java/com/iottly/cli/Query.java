package com.iottly.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A call's query. */
final class Query {

  private Query() {}

  /** Puts a parameter in when it was given. */
  static void put(Map<String, String> query, String name, @Nullable Object value) {
    if (value != null) {
      query.put(name, value.toString());
    }
  }
}
