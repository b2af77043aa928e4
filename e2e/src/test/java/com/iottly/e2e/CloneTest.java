package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two agents with one identity, as from a copied disk, do not go unnoticed. */
class CloneTest {

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
  void twoAgentsThatCutEachOtherOffAreReportedInTheHistoryAndByThemselves() throws Exception {
    Platform platform = stage.platform();
    DeviceAgent original = stage.agent(platform);
    DeviceAgent copy = stage.add(new DeviceAgent(folder.resolve("copied"), platform));
    Files.copy(original.folder().resolve("agent.conf"), copy.folder().resolve("agent.conf"));
    original.start();
    copy.start();

    await()
        .atMost(Platform.PATIENCE)
        .untilAsserted(() ->
            assertThat(platform.api().history(original.device(), "iottlyagent"))
                .filteredOn(payload -> payload.has("identityconflict"))
                .singleElement()
                .extracting(payload -> payload.at("/identityconflict/machines").size())
                .isEqualTo(2));
    await().atMost(Platform.PATIENCE).until(() -> superseded(original) > 0 && superseded(copy) > 0);
  }

  private static int superseded(DeviceAgent agent) throws Exception {
    JsonNode status = agent.status();
    return status.path("superseded").asInt();
  }
}
