package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command tree explains itself, and the shells complete it. */
class HelpTest {

  @TempDir Path folder;

  private static List<List<String>> commands() {
    List<List<String>> commands = new ArrayList<>();
    Surroundings none =
        new Surroundings(
            Map.of(),
            Reader.nullReader(),
            new PrintWriter(Writer.nullWriter()),
            new PrintWriter(Writer.nullWriter()),
            new Surroundings.Bytes(InputStream.nullInputStream(), OutputStream.nullOutputStream()),
            Optional.empty(),
            false,
            InstantSource.system(),
            UUID::randomUUID);
    collect(List.of(), Cli.tree(new Exchange(none), none), commands);
    return commands;
  }

  private static void collect(List<String> words, CommandLine command, List<List<String>> all) {
    all.add(words);
    for (CommandLine sub : Set.copyOf(command.getSubcommands().values())) {
      List<String> deeper = new ArrayList<>(words);
      deeper.add(sub.getCommandName());
      collect(deeper, sub, all);
    }
  }

  @Test
  void everyCommandHasAHelpAndEveryGroupShowsExamples() {
    assertThat(commands()).hasSizeGreaterThan(50);
    for (List<String> words : commands()) {
      List<String> line = new ArrayList<>(words);
      line.add("--help");
      Client.Run help = new Client().run(line.toArray(String[]::new)).done();
      assertThat(help.out()).as(line.toString()).contains("Usage: iottly cli", "--json");
      if (words.size() < 2) {
        assertThat(help.out()).as(line.toString()).containsPattern("Examples?:");
      }
    }
  }

  @Test
  void everyCommandStandsInTheDocs() throws IOException {
    String docs = Files.readString(Path.of("../docs/cli.md"));
    for (List<String> words : commands()) {
      assertThat(docs).contains(String.join(" ", words));
    }
  }

  private String shell(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command)
            .redirectError(folder.resolve("err").toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .start();
    process.getOutputStream().close();
    assertThat(process.waitFor()).as(Files.readString(folder.resolve("err"))).isZero();
    return Files.readString(folder.resolve("out"));
  }

  private Path script(String shell) throws IOException {
    String script = new Client().run("completion", shell).done().out();
    return Files.writeString(folder.resolve("completion." + shell), script);
  }

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    String ask =
        """
        source %s
        COMP_WORDS=(%s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="%s"
        _complete_iottly
        printf '%%s\\n' "${COMPREPLY[@]}"
        """;
    String words = "iottly cli definition upd";
    assertThat(shell("bash", "-c", ask.formatted(script("bash"), words, words)))
        .isEqualTo("update\n");
    words = "iottly cli device list --age";
    assertThat(shell("bash", "-c", ask.formatted(script("bash"), words, words)))
        .contains("--agent-version");
  }

  @Test
  void zshTakesTheScript() throws Exception {
    String ask =
        "autoload -U compinit; compinit -u -D; source %s; print -r -- ${_comps[iottly]}"
            .formatted(script("zsh"));
    assertThat(shell("zsh", "-f", "-c", ask)).contains("_complete_iottly");
  }

  @Test
  void fishCompletesCommandsAndOptions() throws Exception {
    Path script = script("fish");
    assertThat(completed(script, "iottly ")).contains("cli");
    assertThat(completed(script, "iottly cli dev")).contains("device").doesNotContain("list");
    assertThat(completed(script, "iottly cli definition upd")).containsExactly("update");
    assertThat(completed(script, "iottly cli device list --age"))
        .containsExactly("--agent-version");
    assertThat(completed(script, "iottly cli device list --era")).isEmpty();
  }

  private Set<String> completed(Path script, String line) throws Exception {
    Set<String> words = new TreeSet<>();
    shell("fish", "--no-config", "-c", "source %s; complete -C '%s'".formatted(script, line))
        .lines()
        .forEach(word -> words.add(word.split("\t", 2)[0]));
    return words;
  }
}
