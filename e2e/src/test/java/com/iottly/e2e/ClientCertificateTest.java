package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent at a platform that wants a client certificate beside the token. */
class ClientCertificateTest {

  @TempDir Path folder;
  private Stage stage;
  private Platform platform;
  private DeviceAgent agent;
  private Path issued;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
    Path certificate = folder.resolve("server.crt");
    Path key = folder.resolve("server.key");
    TlsTest.makeCertificate(certificate, key);
    platform =
        stage.add(
            new Platform(
                folder,
                """
                [tls]
                certificate = "%s"
                key = "%s"
                device_certificate_validity = "1h"
                """
                    .formatted(certificate, key)));
    agent = stage.add(new DeviceAgent(folder, platform));
    agent.set("SECURITY_CA_BUNDLE", certificate);
    issued = agent.folder().resolve("agent.pem");
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  private void startPlatform(String deviceCertificates) {
    platform.startUnder("env", "IOTTLY_SERVER_TLS_DEVICE_CERTIFICATES=" + deviceCertificates);
    platform.start();
  }

  private void awaitRefused(String why) {
    await("refused: " + why)
        .atMost(Platform.PATIENCE)
        .failFast(() -> agent.process().requireAlive())
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> agent.status().path("detail").asText().contains(why));
  }

  @Test
  void provisioningGetsACertificateAndATokenAloneOpensNoDoor() throws Exception {
    startPlatform("required");
    platform.createProject();
    agent.provision();

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(issued)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(issued)).contains("BEGIN PRIVATE KEY", "BEGIN CERTIFICATE");
    assertThat(Files.readString(agent.folder().resolve("agent.conf")))
        .contains("client_certificate = " + issued, "client_key = " + issued);
    agent.start();
    agent.awaitDrained();
    Child.Finished doctor = agent.run("doctor");
    assertThat(doctor.code()).as(doctor.out()).isZero();
    assertThat(doctor.out()).contains("CN=" + agent.device(), "by CN=Iottly devices");
    agent.process().kill();

    agent.set("SECURITY_CLIENT_CERTIFICATE", "");
    agent.set("SECURITY_CLIENT_KEY", "");
    agent.launch();
    awaitRefused("wants a client certificate as well as the token");
    Child.Finished without = agent.run("doctor");
    assertThat(without.code()).isEqualTo(1);
    assertThat(without.out()).contains("wants a client certificate", "provision again");
  }

  @Test
  void anOlderDeviceGetsOneWhereTheyAreIssuedAndRenewsItInTime() throws Exception {
    startPlatform("off");
    platform.createProject();
    agent.provision();
    assertThat(issued).doesNotExist();
    agent.start();
    agent.awaitDrained();
    platform.stop();
    startPlatform("optional");
    agent.awaitConnected();

    signalAgent("HUP");
    await("a first certificate")
        .atMost(Platform.PATIENCE)
        .until(() -> agent.logged().contains("gave a new certificate"));
    String first = Files.readString(issued);
    platform.stop();
    startPlatform("required");
    agent.awaitConnected();
    agent.process().kill();

    // Two thirds of its life, which began an hour before it was made.
    agent.startUnder("faketime", "-f", "+25m");
    agent.start();
    signalAgent("HUP");
    await("another certificate")
        .atMost(Platform.PATIENCE)
        .until(() -> !Files.readString(issued).equals(first));
    assertThat(agent.run("doctor").code()).isZero();

    platform.admin("device", "revoke", platform.project(), agent.device(), "--json");
    awaitRefused("was revoked");
  }

  private void signalAgent(String signal) throws Exception {
    long pid = agent.status().path("pid").asLong();
    Child.run(Map.of(), List.of("kill", "-" + signal, Long.toString(pid))).succeeded();
  }
}
