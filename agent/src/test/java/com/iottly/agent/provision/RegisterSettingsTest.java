package com.iottly.agent.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.agent.config.ConfigException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegisterSettingsTest {

  @TempDir Path directory;

  private RegisterSettings read(String json) throws Exception {
    return RegisterSettings.read(Files.writeString(directory.resolve(RegisterSettings.FILE), json));
  }

  private static String with(String host, String more) {
    return "{\"REGISTRATION_HOST\":\"%s\",\"PROJECT_ID\":\"p\",\"API_KEY\":\"secret\"%s}"
        .formatted(host, more);
  }

  @Test
  void theProtocolIsHttpsUnlessItSaysOtherwise() throws Exception {
    assertThat(read(with("h", "")).platform()).isEqualTo(URI.create("https://h"));
    assertThat(read(with("h:8080", ",\"REGISTRATION_PROTOCOL\":\"http\"")).platform())
        .isEqualTo(URI.create("http://h:8080"));
  }

  @Test
  void aHookLiesBesideTheFileUnlessItsPathIsWhole() throws Exception {
    assertThat(read(with("h", ",\"DEVICE_NAME_HOOK\":\"name.sh\"")).hook())
        .contains(directory.resolve("name.sh"));
    assertThat(read(with("h", ",\"DEVICE_NAME_HOOK\":\"/usr/bin/hostname\"")).hook())
        .contains(Path.of("/usr/bin/hostname"));
  }

  @Test
  void aHookThatFailsLeavesTheNameOfTheFile() throws Exception {
    List<String> complaints = new ArrayList<>();
    RegisterSettings settings =
        read(with("h", ",\"DEVICE_NAME\":\"pump\",\"DEVICE_NAME_HOOK\":\"/bin/false\""));
    assertThat(settings.deviceName(complaints::add)).contains("pump");
    assertThat(complaints)
        .singleElement()
        .asString()
        .contains("DEVICE_NAME_HOOK", "/bin/false ended with the code 1", "the name is pump");
  }

  @ParameterizedTest
  @ValueSource(strings = {"https://h", "h/path", "u:p@h", "h h", "", "h?x"})
  void aHostIsAHostAndAPort(String host) {
    assertThatThrownBy(() -> read(with(host, "")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(RegisterSettings.FILE + ": REGISTRATION_HOST is ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{",
        "{\"API_KEY\":\"k\",\"REGISTRATION_HOST\":\"h\"}",
        "{\"API_KEY\":1,\"REGISTRATION_HOST\":\"h\",\"PROJECT_ID\":\"p\"}",
        "{\"API_KEY\":\"a b\",\"REGISTRATION_HOST\":\"h\",\"PROJECT_ID\":\"p\"}",
        "{\"API_KEY\":\"k\",\"REGISTRATION_HOST\":\"h\",\"PROJECT_ID\":\"p\",\"REGISTRATION_PROTOCOL\":\"ftp\"}"
      })
  void whatCantBeUsedIsNamedAndNoKeyIsShown(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(RegisterSettings.FILE)
        .hasMessageNotContaining("a b");
    assertThat(new Registration.Permission.ApiKey("p", "secret").toString())
        .doesNotContain("secret");
  }
}
