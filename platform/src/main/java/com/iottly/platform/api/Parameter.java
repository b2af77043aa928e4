package com.iottly.platform.api;

import java.util.Optional;

/** A parameter of a URL's query or a header, as the document tells it and the call reads it. */
sealed interface Parameter {

  String name();

  String description();

  Schema schema();

  /** One that a call reads as text. */
  record Text(String name, Schema schema, String description) implements Parameter {

    static Text of(String name, String description) {
      return new Text(name, Schema.text(), description);
    }

    Optional<String> in(ApiCall call) {
      return call.query().get(name);
    }
  }

  /** One of some words. */
  record Choice(String name, java.util.List<String> values, String description)
      implements Parameter {

    static Choice of(String name, String description, String... values) {
      return new Choice(name, java.util.List.of(values), description);
    }

    @Override
    public Schema schema() {
      return Schema.choice(values);
    }

    Optional<String> in(ApiCall call) {
      return call.query()
          .get(name)
          .map(value -> {
            if (!values.contains(value)) {
              throw ApiError.badRequest(
                  "bad_parameter",
                  "The query parameter '%s' must be one of %s, not '%s'."
                      .formatted(name, String.join(", ", values), QueryString.shortened(value)));
            }
            return value;
          });
    }
  }

  /**
   * A whole number.
   *
   * @param fallback what it is when it is not given
   */
  record Count(String name, int fallback, int min, int max, String description)
      implements Parameter {

    @Override
    public Schema schema() {
      Schema number = Schema.number(min, max);
      return new Schema(number.node().put("default", fallback), number.components());
    }

    int in(ApiCall call) {
      return call.query().number(name, fallback, min, max);
    }
  }
}
