package com.iottly.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.cli.http.Platform;
import com.iottly.cli.show.Column;
import com.iottly.cli.show.Table;
import com.iottly.cli.show.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people and scripts see. */
class OutputTest {

  private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
  private static final char ESCAPE = 0x1b;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "0, now",
    "1, 1 s ago",
    "119, 119 s ago",
    "120, 2 min ago",
    "7200, 2 h ago",
    "172800, 2 d ago",
    "-90000, in 25 h"
  })
  void aTimeIsShownAsItsDistance(long secondsAgo, String expected) {
    assertThat(Text.relative(NOW.minus(Duration.ofSeconds(secondsAgo)), NOW)).isEqualTo(expected);
  }

  @Test
  void columnsAreAsWideAsTheirWidestCell() throws Exception {
    Table table =
        new Table(
            List.of(
                Column.text("NAME", "name"),
                Column.state("STATUS", "status"),
                Column.time("CREATED", "created")),
            NOW);
    JsonNode rows =
        Platform.JSON.readTree(
            """
            [{"name": "Kühlraum 4", "status": "connected", "created": "2026-06-01T11:55:00Z"},
             {"name": "x", "status": "disconnected", "created": null}]
            """);
    rows.forEach(table::add);
    assertThat(table.lines(false))
        .containsExactly(
            "NAME        STATUS        CREATED",
            "Kühlraum 4  connected     5 min ago",
            "x           disconnected  -");
    assertThat(table.lines(true).get(1)).contains(ESCAPE + "[32mconnected" + ESCAPE + "[0m     5");
  }

  @Test
  void whatADeviceSendsDoesNotSteerTheTerminalAndNumbersStayAsTheyAre() throws Exception {
    try (TestServer server = new TestServer(folder.resolve("data"))) {
      TestServer.Device registered = server.provision("Nasty");
      try (ScriptedDevice device = new ScriptedDevice(server, registered)) {
        device.say(
            "c",
            List.of(
                "{\"t\":\"\\u001b[2J\u009b2J\u202eevil\",\"n\":1.10,\"big\":123456789012345678901}"));
      }
      Client client = server.client().withColours();
      String[] messages = {"messages", "Nasty", "--channel", "c"};
      for (String out :
          List.of(
              server.client().run(messages).done().out(),
              client.run("messages", "Nasty", "--channel", "c", "--json").done().out())) {
        assertThat(out.chars().filter(c -> c != '\n'))
            .noneMatch(Character::isISOControl)
            .doesNotContain(0x202e);
        assertThat(out).contains("evil", "1.10", "123456789012345678901");
      }
      assertThat(client.run("device", "list").out()).contains(ESCAPE + "[1m");
      assertThat(server.client().run("device", "list").out()).doesNotContain("" + ESCAPE);
      assertThat(client.run("device", "list", "--json").out()).doesNotContain("" + ESCAPE);
      assertThat(client.run("command", "list", "Nasty").done().err()).contains("There are none.");
      assertThat(client.run("command", "list", "Nasty", "--json").out()).isEqualTo("[]\n");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "2h, 2026-06-01T10:00:00Z",
    "2026-05-31, 2026-05-31T00:00:00Z",
    "2026-05-31T18:00:00, 2026-05-31T18:00:00Z",
    "2026-05-31 18:00:00, 2026-05-31T18:00:00Z",
    "2026-05-31T18:00:00+02:00, 2026-05-31T16:00:00Z",
    "2026-05-31T18:00:00.5Z, 2026-05-31T18:00:00.500Z"
  })
  void aMomentIsWrittenInManyWays(String text, Instant expected) {
    assertThat(Moment.parse(text, NOW).instant()).isEqualTo(expected);
  }
}
