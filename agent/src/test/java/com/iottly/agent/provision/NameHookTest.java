package com.iottly.agent.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NameHookTest {

  private static final NameHook HOOK = new NameHook(Duration.ofSeconds(10));

  @TempDir Path directory;

  private Path program(String name, String text) throws IOException {
    Path file = Files.writeString(directory.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private Path shell(String script) throws IOException {
    return program("hook", "#!/bin/sh\n" + script + "\n");
  }

  @Test
  void theFirstLineAProgramPrintsIsTheName() throws Exception {
    assertThat(HOOK.name(shell("echo '  pump north '; echo more"))).isEqualTo("pump north");
  }

  @Test
  void aPythonFileThatDefinesTheFunctionIsAsked() throws Exception {
    Path python = directory.resolve("names.py");
    Files.writeString(python, "def get_device_name():\n    return 'pump è'\n");
    assertThat(HOOK.name(python)).isEqualTo("pump è");
  }

  @Test
  void aPythonProgramThatPrintsIsAProgram() throws Exception {
    assertThat(HOOK.name(program("p.py", "#!/usr/bin/env python3\nprint('printed')\n")))
        .isEqualTo("printed");
  }

  @Test
  void aHookThatFailsSaysHow() throws Exception {
    assertThatThrownBy(() -> HOOK.name(shell("echo x; exit 3")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ended with the code 3");
    assertThatThrownBy(() -> HOOK.name(shell(":"))).hasMessageContaining("printed no name");
    assertThatThrownBy(() -> HOOK.name(directory.resolve("none")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("none");
  }

  @Test
  void aHookThatTakesTooLongIsEndedWithItsChildren() throws Exception {
    Path started = directory.resolve("started");
    Path hook =
        shell("sleep 600 & echo \"$$ $!\" >%1$s.new; mv %1$s.new %1$s; wait".formatted(started));
    NameHook impatient = new NameHook(Duration.ofSeconds(1));
    do {
      assertThatThrownBy(() -> impatient.name(hook))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("did not end within");
      // On a busy machine it may not have got that far.
    } while (!Files.exists(started));
    for (String pid : Files.readString(started).strip().split(" ")) {
      await().until(() -> ProcessHandle.of(Long.parseLong(pid)).isEmpty());
    }
  }

  @Test
  void aHookMayPrintAKibibyteAndAHundredCharactersInALine() throws Exception {
    assertThat(HOOK.name(shell("printf '%0100d\\n%0923d' 0 0"))).hasSize(NameHook.MAX_CHARACTERS);
    assertThatThrownBy(() -> HOOK.name(shell("printf '%0100d\\n%0924d' 0 0")))
        .hasMessageContaining("more than 1024 bytes");
    assertThatThrownBy(() -> HOOK.name(shell("printf '%0101d' 0")))
        .hasMessageContaining("at most 100 characters");
    assertThatThrownBy(() -> HOOK.name(shell("yes"))).hasMessageContaining("more than 1024 bytes");
  }
}
