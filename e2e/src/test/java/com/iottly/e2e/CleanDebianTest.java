package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packages on a fresh Debian that has no Java: install, upgrade, remove. */
@Tag("root")
class CleanDebianTest {

  private static final String AGENT = "/opt/iottly/bin/iottly-agent";

  /** Everything of the agent's that is on the machine, but for dpkg's own log. */
  private static final String TRACES =
      "find / -xdev -path /proc -prune -o -iname '*iottly*' -print; getent passwd iottly;"
          + " getent group iottly; dpkg-query -W iottly-agent 2>/dev/null; true";

  @TempDir static Path folder;
  private static Stage stage;
  private static Platform platform;
  private static Path packages;

  @BeforeAll
  static void open() throws Exception {
    stage = Stage.in(folder);
    packages = folder.resolve("packages");
    Child.run(Map.of(), Launcher.command("package", "--quick", "--out", packages.toString()))
        .succeeded();
    platform = stage.add(new Platform(folder, packages));
    platform.start();
    platform.createProject();
  }

  @AfterAll
  static void close() throws Exception {
    stage.close();
  }

  private static String installLine(String more) throws Exception {
    String code = platform.api().post("device/", "{\"name\": \"box\"}").path("pair_code").asText();
    return "curl -fsSL %s/agent/install.sh | sh -s -- --pair-code %s %s"
        .formatted(platform.url(), code, more);
  }

  private static JsonNode device() throws Exception {
    JsonNode devices = platform.api().get("devices/props").path("devices");
    assertThat(devices).hasSize(1);
    return devices.path(0);
  }

  private static void awaitConnected(boolean connected) {
    String wanted = connected ? "connected" : "disconnected";
    await("the device is " + wanted)
        .atMost(Platform.PATIENCE)
        .until(() -> device().path("operatingstatus").asText().equals(wanted));
  }

  @Test
  void oneLineInstallsAnUpgradeKeepsEverythingAndAPurgeLeavesNothing() throws Exception {
    try (DebianRoot debian = DebianRoot.in(folder)) {
      assertThat(debian.sh("command -v java").code()).isNotZero();
      String line = installLine("");

      assertThat(debian.sh(line).succeeded().out()).contains("installed iottly-agent_", "done");
      awaitConnected(true);
      String id = device().path("ID").asText();
      assertThat(debian.sh("stat -c '%a %U' /etc/iottly/agent.conf").out())
          .isEqualTo("600 iottly\n");
      assertThat(
              debian
                  .sh(
                      "stat -c %U /proc/$("
                          + AGENT
                          + " status --json | sed -n"
                          + " 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p')")
                  .out())
          .isEqualTo("iottly\n");

      assertThat(debian.sh(line).succeeded().out())
          .contains("is installed already", "is a device already", "runs already");

      // Who owns the socket may not make root signal a process of somebody else's.
      String agents =
          "$(" + AGENT + " status --json | sed -n 's/.*\"pid\": *\\([0-9]*\\).*/\\1/p')";
      assertThat(
              debian
                  .sh(
                      ". /opt/iottly/current/system/steps.sh; is_agent 1; echo $?; is_agent "
                          + agents
                          + "; echo $?")
                  .out())
          .isEqualTo("1\n0\n");

      String kept = "cat /etc/iottly/agent.conf /var/lib/iottly/spool/*/epoch | sha256sum";
      debian.sh("echo '# mine' >> /etc/iottly/agent.conf").succeeded();
      String before = debian.sh(kept).succeeded().out();
      debian.put(newer("7.0.0"), "/newer.deb");
      debian.sh("dpkg -i /newer.deb").succeeded();
      assertThat(debian.sh(kept).out()).isEqualTo(before);
      assertThat(debian.sh("readlink /opt/iottly/current; ls /opt/iottly/versions").out())
          .isEqualTo("versions/7.0.0\n7.0.0\n");
      // There is no systemd that would: the upgrade has started it again.
      await("the new version answers")
          .atMost(Platform.PATIENCE)
          .until(() -> debian.sh(AGENT + " status").out().contains("connected to"));
      awaitConnected(true);
      assertThat(device().path("ID").asText()).isEqualTo(id);

      Child.Finished asked = debian.sh(AGENT + " uninstall </dev/null");
      assertThat(asked.code()).isEqualTo(1);
      assertThat(asked.err()).contains("--yes");
      assertThat(debian.sh(AGENT + " uninstall --yes").succeeded().out())
          .contains("The agent is removed.");
      awaitConnected(false);
      assertThat(debian.sh(TRACES).out()).isEmpty();

      assertThat(debian.sh(installLine("--tarball")).succeeded().out()).contains("done");
      awaitConnected(true);
      assertThat(device().path("ID").asText()).isEqualTo(id);
      debian.sh(AGENT + " uninstall --yes").succeeded();
      assertThat(debian.sh(TRACES).out()).isEmpty();
    }
  }

  @Test
  void theClientRunsFromWhereItWasUnpacked() throws Exception {
    String script =
        "cd \"$1\" && curl -fsS \"$2/agent/iottly-cli.tar.gz\" | tar -xz && iottly-cli/bin/iottly-cli ping --json";
    Child.Finished ping =
        Child.run(
            Map.of(
                "IOTTLY_URL", platform.url(),
                "IOTTLY_API_KEY", platform.key(),
                "IOTTLY_JAVA_HOME", System.getProperty("java.home")),
            List.of("sh", "-c", script, "client", folder.toString(), platform.url()));
    assertThat(ping.succeeded().out()).contains("pong");
  }

  /** The package again, under another version. */
  private static Path newer(String version) throws Exception {
    Path deb = Release.only(packages, "*.deb");
    Path changed = folder.resolve("newer.deb");
    String script =
        """
        set -e
        cd "$1"
        dpkg-deb -R "$2" newer
        old=$(ls newer/opt/iottly/versions)
        mv "newer/opt/iottly/versions/$old" "newer/opt/iottly/versions/$3"
        sed -i "s/^Version: .*/Version: $3/" newer/DEBIAN/control
        sed -i "s/^version=.*/version=$3/" newer/DEBIAN/postinst newer/DEBIAN/prerm newer/DEBIAN/postrm
        rm newer/DEBIAN/md5sums
        dpkg-deb --root-owner-group -Znone --build newer newer.deb
        """;
    Child.run(
            Map.of(),
            List.of("sh", "-c", script, "newer", folder.toString(), deb.toString(), version))
        .succeeded();
    return changed;
  }
}
