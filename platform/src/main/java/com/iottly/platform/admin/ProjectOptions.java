package com.iottly.platform.admin;

import com.iottly.platform.fleet.ProjectSettings;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** A project's settings on the command line; what is left out stays as it is. */
final class ProjectOptions {

  @ArgGroup @Nullable Cap cap;

  static final class Cap {
    @Option(
        names = "--license-cap",
        paramLabel = "N",
        description = "The most licenses the project may have.")
    @Nullable Integer number;

    @Option(names = "--no-license-cap", description = "As many licenses as devices register.")
    boolean none;
  }

  @Option(
      names = "--retention",
      paramLabel = "AGE",
      description = "How long messages are kept at least, such as 30d or 12h.")
  @Nullable Duration retention;

  @Option(
      names = "--retention-bytes",
      paramLabel = "SIZE",
      converter = Size.class,
      description = "How many bytes of messages are kept at most, such as 10GiB.")
  @Nullable Long retentionBytes;

  @Option(
      names = "--approve-reregistration",
      paramLabel = "true|false",
      arity = "1",
      description =
          "Whether a machine that asks for a connected device's place waits for device approve.")
  @Nullable Boolean approve;

  static final class Size implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      try {
        return Amounts.bytes(value);
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException("'" + value + "': " + e.getMessage());
      }
    }
  }

  ProjectSettings over(ProjectSettings before) {
    return new ProjectSettings(
        cap == null ? before.licenseCap() : cap.number,
        retention == null ? before.retentionAge() : retention,
        retentionBytes == null ? before.retentionBytes() : retentionBytes,
        approve == null ? before.approveReregistration() : approve);
  }
}
