package com.iottly.platform.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.wire.Payload;
import org.jspecify.annotations.Nullable;

/** Makes a command from its definition and the values a caller gave (contract §2, §5). */
public final class CommandForm {

  private CommandForm() {}

  /** What became of the values. */
  public sealed interface Form {

    /**
     * They make a command.
     *
     * @param body its wire form, {@code {"<type>":{"<keyword>":<value>}}}
     */
    record Filled(Payload body) implements Form {}

    /**
     * They don't.
     *
     * @param problem a sentence for the caller that names the keyword and the fix
     */
    record Refused(String problem) implements Form {}
  }

  /**
   * Checks the values against the definition and puts them in its order. Pure; any thread.
   *
   * @param values an object whose keys are prefixed with the type and a dot; null counts as empty
   */
  public static Form fill(Definition definition, @Nullable JsonNode values) {
    throw new UnsupportedOperationException();
  }
}
