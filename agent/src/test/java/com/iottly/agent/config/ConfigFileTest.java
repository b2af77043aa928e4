package com.iottly.agent.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {

  @TempDir Path directory;

  @Test
  void aFileThatOthersCanReadIsAFinding() throws Exception {
    Path file = Files.writeString(directory.resolve("agent.conf"), SettingsTest.SEED);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(ConfigFile.finding(file, "the device token"))
        .hasValueSatisfying(finding -> assertThat(finding).contains("chmod 600 " + file));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(ConfigFile.finding(file, "the device token")).isEmpty();
  }

  @Test
  void changingAFileKeepsCommentsOtherKeysAndItsOwnerOnly() throws Exception {
    Path file = directory.resolve("agent.conf");
    Files.writeString(file, SettingsTest.SEED + "\n[remote]\nfuture = 1\n");
    ConfigFile.read(file).with(Map.of(Key.TOKEN, "new-token", Key.SPOOL_MAX_MB, "8")).write(file);
    String text = Files.readString(file);
    assertThat(text)
        .contains("# Unique device token", "token = new-token", "[remote]", "future = 1")
        .contains("[spool]\nmax_mb = 8")
        .doesNotContain("eyJhbGci");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(Settings.of(ConfigFile.read(file), Map.of()).check().spool().maxBytes())
        .isEqualTo(8L << 20);
  }

  @Test
  void aMissingKeyIsPutIntoItsSection() {
    String text =
        ConfigFile.of("x", "[agent]\n[connection]\nreconnect_max = 9\n")
            .with(Map.of(Key.TOKEN, "t", Key.ENDPOINT, "ws://h/ws"))
            .text();
    assertThat(text)
        .startsWith("[agent]\ntoken = t\n[connection]\nreconnect_max = 9\nendpoint = ws");
  }

  @Test
  void aFileThatIsNotThereSaysWhatToDo() {
    assertThatThrownBy(() -> ConfigFile.read(directory.resolve("none")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("iottly-agent provision");
  }

  @Test
  void whatIsNoTextFileOfModestSizeIsRefusedInWords() throws Exception {
    assertThatThrownBy(() -> ConfigFile.read(directory))
        .isInstanceOf(ConfigException.class)
        .hasMessage(directory + " is a directory; name the file in it with --config");
    assertThatThrownBy(() -> ConfigFile.read(Path.of("/dev/null")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("/dev/null is not a regular file");
    Path file = directory.resolve("agent.conf");
    Files.write(file, new byte[] {'[', (byte) 0xc3, (byte) 0x28, ']'});
    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessage(file + " is not a text file in UTF-8");
  }

  @Test
  void aFileMayHaveAMebibyteAndNoMore() throws Exception {
    Path file =
        Files.writeString(directory.resolve("agent.conf"), "#".repeat(ConfigFile.MAX_BYTES));
    assertThat(Settings.of(ConfigFile.read(file), Map.of()).check()).isNotNull();
    Files.writeString(file, "#", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> ConfigFile.read(file))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("more than 1048576 bytes");
  }

  @Test
  void theOwnerOfTheFileOrOfANewFilesDirectoryStaysTheSame() throws Exception {
    boolean root = "root".equals(System.getProperty("user.name"));
    UserPrincipal owner =
        directory
            .getFileSystem()
            .getUserPrincipalLookupService()
            .lookupPrincipalByName(root ? "nobody" : System.getProperty("user.name"));
    Path folder = Files.createDirectory(directory.resolve("etc"));
    Files.setOwner(folder, owner);
    Path file = folder.resolve("agent.conf");
    ConfigFile.sample().write(file);
    assertThat(Files.getOwner(file)).isEqualTo(owner);
    Files.setOwner(folder, Files.getOwner(directory));
    ConfigFile.sample().with(Map.of(Key.TOKEN, "abc")).write(file);
    assertThat(Files.getOwner(file)).isEqualTo(owner);
  }

  @Test
  void aLinkThatWaitsUnderTheNameOfTheNewFileIsNotFollowed() throws Exception {
    Path victim = Files.writeString(directory.resolve("victim"), "untouched");
    Files.createSymbolicLink(directory.resolve("agent.conf.new"), victim);
    ConfigFile.sample().write(directory.resolve("agent.conf"));
    assertThat(victim).hasContent("untouched");
  }
}
