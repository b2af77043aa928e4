package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The service's life under a systemd that has booted a Debian. */
@Tag("root")
@Tag("soak")
class SystemdTest {

  private static final String AGENT = "/opt/iottly/bin/iottly-agent";
  private static final String SHOWN_BY_SYSTEMD =
      "systemctl show --value -p %s iottly-agent.service";

  /** Starts in a bad network, whatever the configuration says. */
  private static final String HELPLESS =
      "#!/bin/sh\nIOTTLY_CONNECTION_ENDPOINT=ws://127.0.0.1:9/ws exec \"$0.works\" \"$@\"\n";

  @TempDir Path folder;
  private Stage stage;
  private Release release;
  private Path packages;
  private Platform platform;
  private DebianRoot debian;

  @BeforeEach
  void boot() throws Exception {
    stage = Stage.in(folder);
    release = Release.signed();
    packages = Files.createDirectories(folder.resolve("packages"));
    release.makePackages(packages);
    platform = stage.add(new Platform(folder, packages));
    platform.start();
    platform.createProject();
    debian = stage.add(DebianRoot.booted(folder));
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private String shown(String property) {
    return debian.sh(SHOWN_BY_SYSTEMD.formatted(property)).succeeded().out().strip();
  }

  private void awaitConnected(String version) {
    await(version + " is connected")
        .atMost(Platform.PATIENCE)
        .until(() -> {
          String status = debian.sh(AGENT + " status").out();
          return status.contains("iottly-agent " + version + ",")
              && status.contains("connected to");
        });
  }

  private Child.Finished update() {
    return debian.sh(AGENT + " update --proof-limit 8");
  }

  private void assertNothingFailed() {
    assertThat(debian.sh("systemctl is-system-running; systemctl --failed").out())
        .startsWith("running\n");
  }

  @Test
  void systemdInstallsReloadsWatchesUpdatesAndRemovesIt() throws Exception {
    install();
    reload();
    survive();
    update("7.0.0");
    goBackFrom("8.0.0");
    goOnAfterAKill("9.0.0");
    debian.sh(AGENT + " uninstall --yes").succeeded();
    assertThat(
            debian
                .sh(
                    "find / -xdev -path /proc -prune -o -path /tmp -prune -o -iname '*iottly*' -print")
                .out())
        .isEmpty();
    assertThat(debian.sh("systemctl status iottly-agent").err()).contains("could not be found");
    assertNothingFailed();
  }

  private void install() throws Exception {
    String code = platform.api().post("device/", "{\"name\": \"box\"}").path("pair_code").asText();
    debian
        .sh(
            "curl -fsSL %s/agent/install.sh | sh -s -- --pair-code %s"
                .formatted(platform.url(), code))
        .succeeded();
    awaitConnected("0.1.0");
    assertThat(shown("ActiveState")).isEqualTo("active");
    assertThat(debian.sh("systemctl is-enabled iottly-agent iottly-agent-update.path").out())
        .isEqualTo("enabled\nenabled\n");
    assertThat(debian.sh("stat -c %U /proc/" + shown("MainPID")).out()).isEqualTo("iottly\n");
  }

  private void reload() {
    String pid = shown("MainPID");
    debian.sh("sed -i 's/^interval = .*/interval = 77/' /etc/iottly/agent.conf").succeeded();
    debian.sh("systemctl reload iottly-agent").succeeded();
    assertThat(debian.sh("tail -n 1 /var/log/iottly/agent.log").out())
        .contains("read again: [telemetry] interval");
    assertThat(shown("MainPID")).isEqualTo(pid);
  }

  /** A process that stalls and one that is killed come back. */
  private void survive() {
    debian
        .sh(
            "mkdir /etc/systemd/system/iottly-agent.service.d && printf"
                + " '[Service]\\nWatchdogSec=3\\nRestartSec=100ms\\n'"
                + " >/etc/systemd/system/iottly-agent.service.d/quick.conf"
                + " && systemctl daemon-reload && systemctl restart iottly-agent")
        .succeeded();
    awaitConnected("0.1.0");
    debian.sh("kill -STOP " + shown("MainPID")).succeeded();
    awaitRestarts(1);
    assertThat(debian.sh("journalctl -u iottly-agent").out()).contains("Watchdog timeout");
    debian.sh("kill -KILL " + shown("MainPID")).succeeded();
    awaitRestarts(2);
    awaitConnected("0.1.0");
    debian
        .sh("rm -r /etc/systemd/system/iottly-agent.service.d && systemctl daemon-reload")
        .succeeded();
  }

  private void awaitRestarts(int times) {
    await(times + " restarts")
        .atMost(Platform.PATIENCE)
        .until(() -> shown("NRestarts").equals(Integer.toString(times)));
  }

  private Path publish(String version) throws Exception {
    Path home = Release.unpackAs(version, packages, folder.resolve("build-" + version));
    release.publish(packages, home.getParent(), version, "0.1.0");
    return home;
  }

  private void update(String version) throws Exception {
    publish(version);
    assertThat(update().succeeded().out()).contains(version + " runs and works");
    awaitConnected(version);
    awaitUpdaterIdle();
  }

  /** The updater's unit has been started by what there was to try, and has found nothing left. */
  private void awaitUpdaterIdle() {
    await("the updater has ended well")
        .atMost(Platform.PATIENCE)
        .until(() ->
            debian
                .sh("systemctl show --value -p ActiveState,Result iottly-agent-update.service")
                .out()
                .equals("success\ninactive\n"));
    assertNothingFailed();
  }

  private void goBackFrom(String version) throws Exception {
    Path home = Release.unpackAs(version, packages, folder.resolve("build-" + version));
    Path program = home.resolve("bin/iottly-agent");
    Files.move(program, home.resolve("bin/iottly-agent.works"));
    Files.writeString(program, HELPLESS);
    assertThat(program.toFile().setExecutable(true, false)).isTrue();
    release.publish(packages, home.getParent(), version, "0.1.0");
    Child.Finished said = update();
    assertThat(said.code()).as(said.out() + said.err()).isEqualTo(1);
    assertThat(said.err()).contains(version + " did not prove itself", "7.0.0 runs again");
    awaitConnected("7.0.0");
    awaitUpdaterIdle();
  }

  /** The updater is killed in the middle of the trial: the unit finishes it. */
  private void goOnAfterAKill(String version) throws Exception {
    publish(version);
    debian
        .sh(
            AGENT
                + " update & update=$!; until [ -e /opt/iottly/next ] || [ -e /opt/iottly/trial ];"
                + " do sleep 0.05; done; kill -KILL $update")
        .succeeded();
    awaitConnected(version);
    awaitUpdaterIdle();
    assertThat(debian.sh("readlink /opt/iottly/current").out())
        .isEqualTo("versions/" + version + "\n");
  }
}
