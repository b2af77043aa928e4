package com.iottly.platform.rocksdb;

import static com.iottly.platform.core.Samples.DEVICE;
import static com.iottly.platform.core.Samples.PROJECT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.iottly.platform.core.History;
import com.iottly.platform.core.Samples;
import com.iottly.platform.rocksdb.StoreException.Code;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Half-done and damaged states on disk, and a store that starts on them. */
class DamageTest {

  private static final int GROUPS = 40;

  @TempDir Path scratch;

  /**
   * What a power loss leaves: a copy of the directory taken while the store was open, with its
   * write-ahead log not yet in tables. Each message is a group of its own.
   */
  private Path afterPowerLoss(String name, int groups) throws IOException {
    Path live = scratch.resolve(name + "-live");
    Path copy = scratch.resolve(name);
    try (RocksFixture store = new RocksFixture(live)) {
      for (int n = 1; n <= groups; n++) {
        Samples.append(store.journal(), PROJECT, DEVICE, n);
      }
      copy(live, copy);
    }
    return copy;
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(f -> !f.endsWith("LOCK")).toList()) {
        Path _ =
            Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static List<Path> files(Path directory, String extension) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(extension))
          .sorted(Comparator.comparing(Path::toString))
          .toList();
    }
  }

  private static Path newestLog(Path directory) throws IOException {
    return files(directory, ".log").getLast();
  }

  /** The size without the zeros a preallocated file may end with. */
  private static long written(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static void truncate(Path file, long size) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      access.setLength(size);
    }
  }

  private static void garble(Path file, long at, int count, Random random) throws IOException {
    try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < count; i++) {
        access.seek(at + i);
        int before = access.read();
        access.seek(at + i);
        access.write(before ^ (1 + random.nextInt(255)));
      }
    }
  }

  private static List<Long> numbers(Path directory) {
    try (RocksFixture store = new RocksFixture(directory)) {
      List<Long> history =
          Samples.numbers(
              Samples.history(store.history(), DEVICE, History.Range.newest()).reversed());
      assertThat(Samples.numbers(store.journal())).isEqualTo(history);
      return history;
    }
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private static List<String> contents(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName() + " " + file.toFile().length()).sorted().toList();
    }
  }

  @Test
  void aLogThatEndsInTheMiddleOfAGroupLosesThatGroupOnly() throws IOException {
    Random random = new Random(Samples.seed());
    for (int round = 0; round < 3; round++) {
      Path directory = afterPowerLoss("torn" + round, GROUPS);
      Path log = newestLog(directory);
      truncate(log, written(log) - 1 - random.nextInt(20));
      assertThat(numbers(directory)).isEqualTo(upTo(GROUPS - 1));
      assertThat(numbers(directory)).isEqualTo(upTo(GROUPS - 1));
    }
  }

  @Test
  void aLogWhoseLastBytesAreGarbageLosesTheLastGroupOnly() throws IOException {
    long seed = Samples.seed();
    Random random = new Random(seed);
    Path directory = afterPowerLoss("garbled", GROUPS);
    Path log = newestLog(directory);
    garble(log, written(log) - 20, 16, random);
    assertThat(numbers(directory)).as("seed %s", seed).isEqualTo(upTo(GROUPS - 1));
  }

  @Test
  void aTornLogThatOutlivedTheRestartAfterItIsNoDamage() throws IOException {
    Path directory = afterPowerLoss("goOn", GROUPS);
    Path log = newestLog(directory);
    truncate(log, written(log) - 5);
    byte[] torn = Files.readAllBytes(log);
    Path again = scratch.resolve("goOn-again");
    try (RocksFixture store = new RocksFixture(directory)) {
      for (int n = GROUPS; n < 2 * GROUPS; n++) {
        Samples.append(store.journal(), PROJECT, DEVICE, n);
      }
      copy(directory, again);
    }
    Path _ = Files.write(again.resolve(log.getFileName()), torn);
    assertThat(files(again, ".log")).hasSizeGreaterThan(1);
    assertThat(numbers(again)).isEqualTo(upTo(2 * GROUPS - 1));
  }

  @Test
  void aLogDamagedInItsMiddleIsAStartUpErrorThatNamesTheFileAndChangesNothing() throws IOException {
    long seed = Samples.seed();
    Random random = new Random(seed);
    Path directory = afterPowerLoss("middle", GROUPS);
    Path log = newestLog(directory);
    garble(log, written(log) / 2, 3, random);
    List<String> before = contents(directory);
    assertThatThrownBy(() -> new RocksFixture(directory))
        .as("seed %s", seed)
        .hasMessageContaining(log.toString())
        .hasMessageContaining("Nothing was changed or deleted")
        .hasMessageContaining("backup")
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::code)
        .isEqualTo(Code.DAMAGED);
    assertThat(contents(directory)).isEqualTo(before);
  }

  @Test
  void zerosInTheMiddleOfALogAreDamageToo() throws IOException {
    Path directory = afterPowerLoss("zeros", GROUPS);
    Path log = newestLog(directory);
    try (RandomAccessFile access = new RandomAccessFile(log.toFile(), "rw")) {
      access.seek(written(log) / 2);
      access.write(new byte[700]);
    }
    assertThatThrownBy(() -> new RocksFixture(directory)).hasMessageContaining(log.toString());
  }

  @Test
  void aMissingLogIsAStartUpErrorThatNamesIt() throws IOException {
    Path live = scratch.resolve("log-live");
    Path copy = scratch.resolve("log");
    try (RocksFixture store = new RocksFixture(live)) {
      for (int n = 0; files(live, ".log").size() < 2; n++) {
        Samples.append(store.journal(), PROJECT, DEVICE, LongStream.rangeClosed(1, 2000).toArray());
      }
      copy(live, copy);
    }
    Path log = files(copy, ".log").getFirst();
    Files.delete(log);
    String number = Long.toString(Long.parseLong(log.getFileName().toString().replace(".log", "")));
    assertThatThrownBy(() -> new RocksFixture(copy))
        .hasMessageContaining("WAL")
        .hasMessageContaining(number)
        .isInstanceOf(StoreException.class);
  }

  @Test
  void aTruncatedTableIsAStartUpErrorThatNamesTheFile() throws IOException {
    Path directory = scratch.resolve("table");
    try (RocksFixture store = new RocksFixture(directory)) {
      Samples.append(store.journal(), PROJECT, DEVICE, LongStream.rangeClosed(1, 2000).toArray());
    }
    Path table = largestTable(directory);
    truncate(table, table.toFile().length() / 2);
    assertThatThrownBy(() -> new RocksFixture(directory))
        .hasMessageContaining(table.getFileName().toString())
        .hasMessageContaining("backup")
        .asInstanceOf(type(StoreException.class))
        .extracting(StoreException::code)
        .isEqualTo(Code.DAMAGED);
    assertThat(table).exists();
  }

  @Test
  void aTableDamagedInItsMiddleIsAReadErrorThatNamesTheFile() throws IOException {
    Path directory = scratch.resolve("block");
    try (RocksFixture store = new RocksFixture(directory)) {
      Samples.append(store.journal(), PROJECT, DEVICE, LongStream.rangeClosed(1, 2000).toArray());
    }
    Path table = largestTable(directory);
    garble(table, table.toFile().length() / 3, 64, new Random(1));
    try (RocksFixture store = new RocksFixture(directory)) {
      assertThatThrownBy(() -> Samples.entries(store.journal()))
          .hasMessageContaining(table.getFileName().toString())
          .asInstanceOf(type(StoreException.class))
          .extracting(StoreException::code)
          .isEqualTo(Code.DAMAGED);
    }
  }

  @Test
  void aMissingTableIsAStartUpErrorThatNamesTheFile() throws IOException {
    Path directory = scratch.resolve("missing");
    try (RocksFixture store = new RocksFixture(directory)) {
      Samples.append(store.journal(), PROJECT, DEVICE, 1, 2, 3);
    }
    Path table = largestTable(directory);
    Files.delete(table);
    assertThatThrownBy(() -> new RocksFixture(directory))
        .hasMessageContaining(table.getFileName().toString())
        .isInstanceOf(StoreException.class);
  }

  @Test
  void aDirectoryThatIsOpenElsewhereSaysSo() {
    Path directory = scratch.resolve("twice");
    try (RocksFixture store = new RocksFixture(directory)) {
      assertThatThrownBy(() -> new RocksFixture(directory))
          .hasMessageContaining("stop")
          .asInstanceOf(type(StoreException.class))
          .extracting(StoreException::code)
          .isEqualTo(Code.IN_USE);
      Samples.append(store.journal(), PROJECT, DEVICE, 1);
    }
  }

  @Test
  void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
    Path file = Files.writeString(scratch.resolve("file"), "x");
    assertThatThrownBy(() -> new RocksFixture(file.resolve("journal")))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(file.toString());
  }

  private static Path largestTable(Path directory) throws IOException {
    return files(directory, ".sst").stream()
        .max(Comparator.comparing(file -> file.toFile().length()))
        .orElseThrow();
  }
}
