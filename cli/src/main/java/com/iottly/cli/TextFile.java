package com.iottly.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A file that a command is given. */
final class TextFile {

  private TextFile() {}

  /**
   * All that is in it.
   *
   * @throws CliException when it can't be read
   */
  static String read(String name) {
    try {
      return Files.readString(Path.of(name));
    } catch (NoSuchFileException | InvalidPathException e) {
      throw new CliException(ExitCode.USAGE, "there is no file " + name);
    } catch (AccessDeniedException e) {
      throw new CliException(ExitCode.USAGE, "you may not read " + name);
    } catch (IOException e) {
      throw new CliException(ExitCode.USAGE, "can't read " + name + ": " + e.getMessage());
    }
  }
}
