package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine from a master image becomes a device by itself. */
class FirstBootTest {

  @TempDir Path folder;
  private Stage stage;

  @BeforeEach
  void open() throws Exception {
    stage = Stage.in(folder);
  }

  @AfterEach
  void close() throws Exception {
    stage.close();
  }

  @Test
  void aMachineRegistersItselfOnceThePlatformIsThereAndForgetsTheKey() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent agent = stage.add(new DeviceAgent(folder, platform));
    platform.stop();
    Path hook = Files.writeString(agent.folder().resolve("name.sh"), "#!/bin/sh\necho pump-7\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwx------"));
    Path settings =
        Files.writeString(
            agent.folder().resolve("registersettings.json"),
            """
            {"REGISTRATION_HOST":"%s","REGISTRATION_PROTOCOL":"http","PROJECT_ID":"%s",
             "API_KEY":"%s","DEVICE_NAME_HOOK":"name.sh"}
            """
                .formatted(
                    platform.url().replace("http://", ""), platform.project(), platform.key()));
    agent.launch();
    agent.awaitAnswering();
    await()
        .atMost(Platform.PATIENCE)
        .until(() -> agent.status().path("detail").asText().contains("can't be reached"));

    platform.start();
    agent.awaitConnected();
    agent.awaitDrained();
    String device = agent.status().path("device").asText();
    assertThat(platform.api().isConnected(device)).isTrue();
    assertThat(agent.logged()).contains("is now the device pump-7").doesNotContain(platform.key());
    assertThat(settings).doesNotExist();
    assertThat(Files.readString(agent.folder().resolve("agent.conf")))
        .doesNotContain(platform.key());
  }
}
