package com.iottly.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of the public installer script, with the tools it uses. */
class InstallerTest {

  private static final String INSTALLER =
      """
      set -eu
      value() { sed 's/.*"'"$1"'": "\\([^"]*\\)".*/\\1/'; }
      inspect=$(wget -q -O - --header "Authentication: bearer $KEY" "$URL/v1.0/project/$PROJECT/inspect")
      agenturl=$(echo "$inspect" | value projectgetagenturl)
      agentfile=$(echo "$inspect" | value agentfile)
      agentapihost=$(echo "$inspect" | value agentapihost)
      code=$(curl -s -X POST -H "Authentication: bearer $KEY" -d '{"name": "installed"}' \\
        "$URL/v1.0/project/$PROJECT/device/" | value pair_code)
      wget -q "$agenturl" -O "$agentfile"
      tar xzf "$agentfile"
      iottly.com-agent/configure.sh -c "$code" -rh "$agentapihost" --skip-human-check
      echo "$code" >used-code
      echo "$agentapihost" >used-host
      """;

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
  void thePublicInstallerMakesAMachineADevice() throws Exception {
    Platform platform = stage.platform();
    Path place = Files.createDirectories(folder.resolve("installed"));
    DeviceAgent agent = stage.add(new DeviceAgent(place, platform));
    agent.unset("CONNECTION_ENDPOINT");
    Map<String, String> environment = agent.environment();
    environment.put("URL", platform.url());
    environment.put("PROJECT", platform.project());
    environment.put("KEY", platform.key());

    bash(place, environment, INSTALLER).succeeded();
    agent.useProgram(place.resolve("iottly.com-agent/bin/iottly-agent").toString());
    agent.start();
    agent.awaitDrained();

    JsonNode devices = platform.api().get("devices/props").path("devices");
    assertThat(devices).hasSize(1);
    assertThat(devices.path(0).path("name").asText()).isEqualTo("installed");
    assertThat(devices.path(0).path("operatingstatus").asText()).isEqualTo("connected");

    Child.Finished again =
        bash(
            place,
            environment,
            "iottly.com-agent/configure.sh -c $(cat used-code) -rh $(cat used-host)"
                + " --skip-human-check");
    assertThat(again.code()).isEqualTo(5);
    assertThat(again.err()).contains("code").doesNotContain("Exception");
  }

  private static Child.Finished bash(Path place, Map<String, String> environment, String script) {
    return Child.run(environment, List.of("bash", "-c", "cd " + place + "\n" + script));
  }
}
