package com.iottly.platform.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  @TempDir Path temp;

  /** Holds the folder given as its argument until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (DataDirectory directory = DataDirectory.open(Path.of(arguments[0]))) {
        System.out.println("holding " + directory.path());
        System.out.flush();
        assertThat(System.in.read()).isEqualTo(-1);
      }
    }
  }

  private static Process hold(Path folder) throws IOException {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said = holder.inputReader(StandardCharsets.UTF_8);
    assertThat(said.readLine()).isEqualTo("holding " + folder);
    return holder;
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aMissingFolderIsMadeForItsOwnerAloneAndNamesWhatIsInIt() throws IOException {
    Path folder = temp.resolve("deep/data");
    try (DataDirectory directory = DataDirectory.open(folder)) {
      assertThat(mode(folder)).isEqualTo("rwx------");
      assertThat(mode(folder.resolve("lock"))).isEqualTo("rw-------");
      assertThat(directory.path()).isEqualTo(folder);
      assertThat(directory.databaseFile()).isEqualTo(folder.resolve("iottly.db"));
      assertThat(directory.journalFolder()).isEqualTo(folder.resolve("journal"));
      assertThat(directory.adminSocket()).isEqualTo(folder.resolve("admin.sock"));
    }
  }

  @Test
  void anEmptyFolderThatOthersMayEnterIsClosedToThem() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("volume"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    try (DataDirectory _ = DataDirectory.open(folder)) {
      assertThat(mode(folder)).isEqualTo("rwx------");
    }
  }

  @Test
  void aFolderWithThingsInItThatOthersMayEnterIsRefusedAndLeftAsItIs() throws IOException {
    Path folder = Files.createDirectory(temp.resolve("shared"));
    Files.createFile(folder.resolve("something"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
    assertThatThrownBy(() -> DataDirectory.open(folder))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("chmod 700");
    assertThat(mode(folder)).isEqualTo("rwxr-x---");
    assertThat(folder.resolve("lock")).doesNotExist();
  }

  @Test
  void aFileInItsPlaceIsRefused() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(DataDirectoryException.class)
        .hasMessageContaining("is a file");
  }

  @Test
  void aSecondServerOnTheSameFolderIsRefusedAndTold() throws Exception {
    Path folder = temp.resolve("data");
    Process holder = hold(folder);
    try {
      assertThat(DataDirectory.tryOpen(folder)).isEmpty();
      assertThatThrownBy(() -> DataDirectory.open(folder))
          .isInstanceOf(DataDirectoryException.class)
          .hasMessageContaining("in use by process " + holder.pid());
    } finally {
      holder.getOutputStream().close();
      assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
    DataDirectory.open(folder).close();
  }

  @Test
  void aKilledHolderLetsGo() throws Exception {
    Path folder = temp.resolve("data");
    Process holder = hold(folder);
    holder.destroyForcibly();
    assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
    DataDirectory.open(folder).close();
  }

  @Test
  void aSecondTryInTheSameProcessFailsAndDoesNotWeakenTheFirst() throws Exception {
    Path folder = temp.resolve("data");
    Path link = temp.resolve("link");
    try (DataDirectory _ = DataDirectory.open(folder)) {
      Files.createSymbolicLink(link, folder);
      assertThat(DataDirectory.tryOpen(link)).isEqualTo(Optional.empty());
      assertThatThrownBy(() -> DataDirectory.open(folder)).hasMessageContaining("this process");
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Holder.class.getName(),
                  folder.toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(other.waitFor()).isNotZero();
      assertThat(said).contains("in use by process " + ProcessHandle.current().pid());
    }
    try (DataDirectory again = DataDirectory.open(link)) {
      assertThat(again.path()).isEqualTo(link);
    }
  }
}
