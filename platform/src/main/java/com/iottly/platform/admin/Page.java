package com.iottly.platform.admin;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How much of a list to show. */
final class Page {

  static final int MAX = 10_000;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      converter = Limit.class,
      description = "How many to show, 1 to 10000; default 1000.")
  int limit;

  static final class Limit implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String value) {
      try {
        int limit = Integer.parseInt(value);
        if (limit >= 1 && limit <= MAX) {
          return limit;
        }
      } catch (NumberFormatException e) {
        throw new TypeConversionException("'" + value + "' is not a number");
      }
      throw new TypeConversionException("it must be 1 to " + MAX);
    }
  }
}
