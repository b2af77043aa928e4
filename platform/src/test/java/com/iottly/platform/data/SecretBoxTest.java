package com.iottly.platform.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {

  private final SecureRandom random = new SecureRandom();
  private DataDirectory data;

  @BeforeEach
  void openTheFolder(@TempDir Path folder) {
    data = DataDirectory.open(folder.resolve("data"));
  }

  @AfterEach
  void closeTheFolder() {
    data.close();
  }

  private SecretBox box() {
    return SecretBox.of(data, random);
  }

  @Test
  void aSecretComesBackAfterARestart() {
    String sealed = box().seal("here", "città");
    assertThat(sealed).doesNotContain("citt");
    assertThat(box().open("here", sealed)).isEqualTo("città");
  }

  @Test
  void theSameSecretLooksDifferentEachTime() {
    assertThat(box().seal("here", "x")).isNotEqualTo(box().seal("here", "x"));
  }

  @Test
  void theKeyIsForItsOwnerAlone() throws Exception {
    SecretBox _ = box();
    Path key = data.path().resolve(SecretBox.KEY_FILE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");
    assertThat(Files.size(key)).isEqualTo(32);
  }

  @Test
  void aSecretMovedElsewhereOrChangedOrOfAnotherKeyDoesNotOpen() throws Exception {
    String sealed = box().seal("here", "x");
    assertThatThrownBy(() -> box().open("there", sealed))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("secrets.key");
    byte[] bytes = Base64.getDecoder().decode(sealed);
    bytes[bytes.length - 1] ^= 1;
    assertThatThrownBy(() -> box().open("here", Base64.getEncoder().encodeToString(bytes)))
        .isInstanceOf(DataDirectoryException.class);
    Files.delete(data.path().resolve(SecretBox.KEY_FILE));
    assertThatThrownBy(() -> box().open("here", sealed)).isInstanceOf(DataDirectoryException.class);
  }

  @Test
  void aDamagedKeyIsNamed() throws Exception {
    Files.writeString(data.path().resolve(SecretBox.KEY_FILE), "short");
    assertThatThrownBy(this::box).hasMessageContaining("secrets.key").hasMessageContaining("5");
  }
}
