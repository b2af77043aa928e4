package com.iottly.platform.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.admin.AdminCommands.Look;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of a command line without an installation. */
class AdminUsageTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir Path temp;

  private Look look(String... arguments) {
    return AdminCommands.look(List.of(arguments), new PrintWriter(out), new PrintWriter(err));
  }

  private void misused(String sentence, String... arguments) {
    assertThat(look(arguments)).isEqualTo(new Look.Answered(2));
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).contains(sentence).contains("--help");
    err.getBuffer().setLength(0);
  }

  @Test
  void onlyCommandsWithAPasswordReadTheInput() {
    assertThat(look("user", "create", "ada")).isEqualTo(new Look.Complete(true));
    assertThat(look("user", "password", "ada", "--json")).isEqualTo(new Look.Complete(true));
    assertThat(look("user", "delete", "ada")).isEqualTo(new Look.Complete(false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "project",
        "key",
        "license",
        "device",
        "user",
        "signing-key",
        "project create",
        "project list",
        "project show",
        "project update",
        "project delete",
        "key create",
        "key list",
        "key delete",
        "license create",
        "license list",
        "license delete",
        "device list",
        "device rename",
        "device revoke",
        "device delete",
        "device approve",
        "pair",
        "user create",
        "user password",
        "user list",
        "user delete",
        "signing-key list",
        "signing-key rotate",
        "signing-key retire"
      })
  void everyLevelHasHelpAndJson(String command) {
    List<String> words =
        new ArrayList<>(command.isEmpty() ? List.of() : List.of(command.split(" ")));
    words.add("--help");
    assertThat(look(words.toArray(String[]::new))).isEqualTo(new Look.Answered(0));
    String help = out.toString();
    assertThat(help).contains(("Usage: iottly admin " + command).strip()).contains("--json");
    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "project", "user"})
  void aMissingCommandIsWrongUsage(String command) {
    misused("", command.isEmpty() ? new String[0] : new String[] {command});
  }

  @Test
  void wrongUsageSaysWhereToLook() {
    misused("24 lower-case hex digits", "project", "show", "meters");
    misused("iottly admin project create --help", "project", "create");
    misused("\"Linux AMD64\", \"Linux ARM64\"", "project", "create", "x", "--type", "PDP-11");
    misused("list", "project", "lst");
    misused("--frob", "project", "list", "--frob");
  }

  @Test
  void argumentsAreNeverReadAsFiles() throws IOException {
    Path file = Files.writeString(temp.resolve("secrets"), "project list");
    misused("@" + file, "@" + file);
  }

  @ParameterizedTest
  @CsvSource({"30d,30d", "12h,12h", "24h,1d", "90m,90m", "45s,45s", "60s,1m", "0s,0d"})
  void timesAreReadAndWritten(String text, String canonical) {
    assertThat(Amounts.text(Amounts.time(text))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @CsvSource({"10GiB,10GiB", "1024MiB,1GiB", "1,1", "1025,1025", "0,0", "8388607TiB,8388607TiB"})
  void sizesAreReadAndWritten(String text, String canonical) {
    assertThat(Amounts.text(Amounts.bytes(text))).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"8388608TiB", "9223372036854775808", "10GB", "-1", "1.5GiB", "", "GiB"})
  void badSizesAreWrongUsage(String size) {
    misused("--retention-bytes", "project", "create", "x", "--retention-bytes=" + size);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "d", "-1d", "1w", "99999999999d", "1.5h"})
  void badTimesAreWrongUsage(String time) {
    misused("--retention", "project", "create", "x", "--retention=" + time);
  }
}
