package com.iottly.agent.remote.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.Fixtures;
import com.iottly.agent.Seed;
import com.iottly.agent.channel.ChannelPeer;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.json.Json;
import com.iottly.wire.Frame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileServiceTest {

  private static final int MAX_BYTES = 1024 * 1024;
  private static final byte[] EMPTY = {};

  private final Random random = Seed.random(getClass());

  @TempDir private Path folder;

  private Path in;
  private Path out;
  private FileService files;
  private ChannelPeer peer;

  @BeforeEach
  void allowTwoFolders() throws IOException {
    in = Files.createDirectory(folder.resolve("in"));
    out = Files.createDirectory(folder.resolve("out"));
    files = new FileService(rules(true), InstantSource.fixed(Fixtures.NOW), Fixtures.quiet());
    peer = new ChannelPeer(files);
  }

  private RemoteConfig.Files rules(boolean enabled) {
    return new RemoteConfig.Files(enabled, List.of(out), List.of(in), MAX_BYTES, 2);
  }

  @AfterEach
  void disconnect() throws InterruptedException {
    peer.close();
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    Sha256 sha256 = new Sha256();
    sha256.add(bytes, bytes.length);
    return sha256.hex();
  }

  private int ask(String what, Path path) {
    return ask(what, path, Map.of());
  }

  private int ask(String what, Path path, Map<String, ?> more) {
    Map<String, Object> arguments = new LinkedHashMap<>(more);
    arguments.put("do", what);
    arguments.put("path", path.toString());
    return peer.open("files", arguments);
  }

  private int put(Path path, byte[] content) {
    return ask("put", path, Map.of("size", content.length, "sha256", sha256(content)));
  }

  private Map<String, @Nullable Object> result(int channel) {
    assertEnded(channel, "ended");
    return Json.read(peer.ended(channel).result());
  }

  private void assertEnded(int channel, String code) {
    assertThat(peer.ended(channel).code()).as(peer.ended(channel).toString()).isEqualTo(code);
  }

  private List<Map<String, @Nullable Object>> entries(int channel) {
    assertEnded(channel, "ended");
    return peer.text(channel).lines().map(line -> Json.read(line.getBytes(UTF_8))).toList();
  }

  @Test
  void aDirectoryIsListedWithWhatItsEntriesAre() throws IOException {
    Files.write(out.resolve("größe"), bytes(1000));
    Files.createDirectory(out.resolve("deeper"));
    Files.createSymbolicLink(out.resolve("link"), Path.of("/etc/passwd"));
    assertThat(entries(ask("list", out)))
        .extracting(entry -> entry.get("name") + " " + entry.get("type"))
        .containsExactlyInAnyOrder("größe file", "deeper directory", "link link");
    assertThat(entries(ask("stat", out.resolve("größe"))))
        .singleElement()
        .satisfies(entry ->
            assertThat(entry)
                .containsEntry("size", 1000)
                .containsKeys("mode", "modified", "owner"));
    assertThat(entries(ask("list", out.resolve("deeper")))).isEmpty();
    assertThat(entries(ask("stat", out))).hasSize(1);
  }

  @Test
  void aFileIsSentWithItsChecksum() throws IOException {
    for (byte[] content : List.of(bytes(300_000), EMPTY)) {
      Path path = Files.write(out.resolve("data"), content);
      int channel = ask("get", path);
      assertThat(peer.opened(channel)).containsEntry("size", content.length);
      assertThat(result(channel))
          .containsEntry("sha256", sha256(content))
          .containsEntry("changed", false);
      assertThat(peer.bytes(channel)).isEqualTo(content);
    }
  }

  @Test
  void aDownloadGoesOnWhereItWasCutUnlessTheFileHasChanged() throws IOException {
    byte[] content = bytes(300_000);
    Path path = Files.write(out.resolve("data"), content);
    Object version = peer.opened(ask("get", path)).get("version");
    int rest = ask("get", path, Map.of("offset", 299_000, "version", version));
    assertThat(result(rest)).containsEntry("sha256", sha256(content));
    assertThat(peer.bytes(rest)).isEqualTo(Arrays.copyOfRange(content, 299_000, 300_000));
    Files.write(path, bytes(300_000));
    Files.setLastModifiedTime(path, FileTime.fromMillis(1));
    assertEnded(ask("get", path, Map.of("offset", 1, "version", version)), "changed");
    assertEnded(ask("get", path, Map.of("offset", 1)), "changed");
  }

  @Test
  void aFileIsStoredAtOnceWithItsModeAndLeavesNothingElse() throws IOException {
    byte[] content = bytes(150_000);
    Path path = in.resolve("new");
    int channel =
        ask("put", path, Map.of("size", content.length, "sha256", sha256(content), "mode", "0750"));
    assertThat(peer.opened(channel)).containsEntry("offset", 0);
    peer.data(channel, Arrays.copyOf(content, 100_000));
    await().until(() -> !peer.all(channel, Frame.Credit.class).isEmpty());
    assertThat(path).doesNotExist();
    peer.data(channel, Arrays.copyOfRange(content, 100_000, 150_000));
    assertThat(result(channel)).containsEntry("sha256", sha256(content));
    assertThat(path).hasBinaryContent(content);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
        .isEqualTo("rwxr-x---");
    try (Stream<Path> all = Files.list(in)) {
      assertThat(all).containsExactly(path);
    }
  }

  @Test
  void aFileThatIsReplacedKeepsItsMode() throws IOException {
    Path path = Files.write(in.resolve("old"), bytes(10));
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    assertThat(result(put(path, EMPTY))).containsEntry("mode", "0600");
    assertThat(path).isEmptyFile();
  }

  @Test
  void anUploadGoesOnWhereItWasCut() throws Exception {
    byte[] content = bytes(200_000);
    Path path = in.resolve("cut");
    int first = put(path, content);
    peer.opened(first);
    peer.data(first, Arrays.copyOf(content, 100_000));
    await().until(() -> !peer.all(first, Frame.Credit.class).isEmpty());
    peer.close();
    peer = new ChannelPeer(files);
    await()
        .untilAsserted(() -> {
          int second = put(path, content);
          int offset = (Integer) peer.opened(second).get("offset");
          assertThat(offset).isPositive();
          peer.data(second, Arrays.copyOfRange(content, offset, content.length));
          assertEnded(second, "ended");
        });
    assertThat(path).hasBinaryContent(content);
  }

  @Test
  void whatDoesNotHaveTheAnnouncedChecksumIsNotStored() throws IOException {
    Path path = Files.writeString(in.resolve("kept"), "as it was");
    int channel = ask("put", path, Map.of("size", 4, "sha256", sha256(EMPTY)));
    peer.data(channel, "evil");
    assertEnded(channel, "wrong_checksum");
    assertThat(path).hasContent("as it was");
    int more = ask("put", path, Map.of("size", 4, "sha256", sha256(EMPTY)));
    peer.data(more, "too much");
    assertEnded(more, "bad_data");
    assertThat(path).hasContent("as it was");
  }

  @Test
  void whatWasLeftOfUploadsADayAgoIsRemoved() throws IOException {
    Path old = Files.write(in.resolve(".iottly-" + "0".repeat(32) + ".part"), bytes(10));
    Path young = Files.write(in.resolve(".iottly-" + "1".repeat(32) + ".part"), bytes(10));
    Files.setLastModifiedTime(old, FileTime.from(Fixtures.NOW.minusSeconds(86_401)));
    Files.setLastModifiedTime(young, FileTime.from(Fixtures.NOW.minusSeconds(86_399)));
    assertEnded(put(in.resolve("x"), EMPTY), "ended");
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void theSizeHasABound() throws IOException {
    assertThat(peer.opened(ask("put", in.resolve("x"), size(MAX_BYTES)))).containsKey("offset");
    assertEnded(ask("put", in.resolve("y"), size(MAX_BYTES + 1)), "too_large");
    Path path = Files.write(out.resolve("x"), new byte[MAX_BYTES + 1]);
    assertEnded(ask("get", path), "too_large");
  }

  private static Map<String, Object> size(long size) {
    return Map.of("size", size, "sha256", sha256(EMPTY));
  }

  @Test
  void nothingOutsideOfTheListsIsReachedByNamesAndLinks() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "secret");
    assertEnded(ask("get", secret), "not_allowed");
    assertEnded(ask("get", Path.of(out + "/../secret")), "bad_path");
    assertEnded(ask("get", Path.of("out/x")), "bad_path");
    assertEnded(ask("get", Path.of(out + "side")), "not_allowed");
    Path link = Files.createSymbolicLink(out.resolve("link"), secret);
    assertEnded(ask("get", link), "not_allowed");
    Path way = Files.createSymbolicLink(out.resolve("way"), folder);
    assertEnded(ask("get", way.resolve("secret")), "not_allowed");
    assertThat(entries(ask("list", way)))
        .singleElement()
        .satisfies(entry -> assertThat(entry).containsEntry("type", "link"));
    Path target = Files.createSymbolicLink(in.resolve("target"), secret);
    assertEnded(put(target, EMPTY), "not_allowed");
    assertEnded(put(out.resolve("x"), EMPTY), "not_allowed");
    assertThat(secret).hasContent("secret");
  }

  @Test
  void whatCannotBeSaidIsRefusedByName() throws IOException {
    Path path = out.resolve("x");
    assertEnded(ask("get", path), "not_found");
    assertEnded(ask("get", out), "not_a_file");
    assertEnded(put(in, EMPTY), "not_a_file");
    assertEnded(ask("eat", path), "bad_argument");
    assertEnded(ask("put", in.resolve("x"), Map.of("size", 1, "sha256", "00")), "bad_argument");
    assertEnded(ask("put", in.resolve("x"), Map.of("sha256", sha256(EMPTY))), "bad_argument");
    Map<String, Object> mode = Map.of("size", 0, "sha256", sha256(EMPTY), "mode", "4755");
    assertEnded(ask("put", in.resolve("x"), mode), "bad_argument");
    Files.writeString(path, "x");
    assertEnded(ask("get", path, Map.of("offset", -1)), "bad_argument");
  }

  @Test
  void aFileIsStoredByOneAtATimeAndOneTransferMoreThanAllowedIsRefused() {
    byte[] content = bytes(10);
    peer.opened(put(in.resolve("x"), content));
    assertEnded(put(in.resolve("x"), content), "busy");
    peer.opened(put(in.resolve("y"), content));
    assertEnded(ask("list", in), "too_many_sessions");
  }

  @Test
  void whatIsNotAllowedAnyMoreEndsAtOnce() {
    int writes = put(in.resolve("x"), bytes(10));
    peer.opened(writes);
    files.configure(new RemoteConfig.Files(true, List.of(in, out), List.of(), MAX_BYTES, 2));
    assertEnded(writes, "not_allowed");
    files.configure(rules(false));
    assertEnded(ask("list", in), "disabled");
  }
}
