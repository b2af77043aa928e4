package com.iottly.agent.update;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Gets a release, checks it, and puts it where the next start tries it. */
public final class Update {

  private static final int MAX_MANIFEST_BYTES = 64 << 10;
  private static final Duration PROGRAM_LIMIT = Duration.ofMinutes(5);

  private final Installation installation;
  private final ReleaseKey key;
  private final Releases releases;
  private final Consumer<String> say;

  /**
   * @param home the folder of the running version
   * @param say is told each step
   * @throws UpdateException when this program can't update itself
   */
  public Update(Path home, Releases releases, Consumer<String> say) {
    this.installation = Installation.of(home);
    this.key = ReleaseKey.read(home.resolve("release.pub"));
    this.releases = releases;
    this.say = say;
  }

  /**
   * What there is.
   *
   * @param installed the version that runs
   * @param offered the version that is offered
   */
  public record Offer(String installed, String offered) {

    /** Whether there is nothing to do. */
    public boolean same() {
      return installed.equals(offered);
    }
  }

  /**
   * Looks what is offered and whether it may be installed.
   *
   * @throws UpdateException when it may not, or nothing is offered
   */
  public Offer check(boolean allowDowngrade) {
    Manifest manifest = manifest(allowDowngrade);
    return new Offer(installation.current().toString(), manifest.version().toString());
  }

  /**
   * Gets the release, checks and unpacks it, and has the next start try it. The caller has the
   * {@link Turn}.
   *
   * @throws UpdateException when that failed; then nothing has changed
   */
  public void prepare(boolean allowDowngrade) {
    try {
      Manifest manifest = manifest(allowDowngrade);
      Path file = fetch(manifest);
      Path room = installation.room(manifest.version());
      say.accept("unpacking");
      run(List.of("tar", "-xJf", file.toString(), "-C", room.toString(), "--no-same-owner"));
      Path unpacked = room.resolve("iottly.com-agent");
      requireVersion(unpacked, manifest.version());
      installation.add(manifest.version(), unpacked);
      Installation.delete(room);
      Files.delete(file);
      installation.tryNext(manifest.version());
    } catch (IOException e) {
      throw new UpdateException("the update broke off, nothing has changed: " + e, e);
    }
  }

  private Manifest manifest(boolean allowDowngrade) {
    String arch = arch();
    try {
      byte[] bytes = small("manifest-" + arch + ".json");
      key.requireSigned(bytes, small("manifest-" + arch + ".json.sig"));
      Manifest manifest = Manifest.parse(bytes);
      manifest.requireFor(arch, installation.current(), allowDowngrade);
      return manifest;
    } catch (IOException e) {
      throw new UpdateException("no release can be had: " + e.getMessage(), e);
    }
  }

  /** Debian's name of this machine's architecture. */
  private static String arch() {
    String name = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }

  private byte[] small(String name) throws IOException {
    try (InputStream in = releases.open(name)) {
      byte[] bytes = in.readNBytes(MAX_MANIFEST_BYTES + 1);
      if (bytes.length > MAX_MANIFEST_BYTES) {
        throw new IOException(name + " is over " + MAX_MANIFEST_BYTES + " bytes");
      }
      return bytes;
    }
  }

  /** The package on disk, with the size and the checksum that were signed. */
  private Path fetch(Manifest manifest) throws IOException {
    say.accept("getting %s, %d MB".formatted(manifest.file(), manifest.size() / 1_000_000));
    Path file = installation.updates().resolve("package");
    MessageDigest digest = sha256();
    long size = 0;
    try (InputStream in = releases.open(manifest.file());
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[64 << 10];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        size += read;
        if (size > manifest.size()) {
          break;
        }
        digest.update(buffer, 0, read);
        out.write(buffer, 0, read);
      }
    }
    if (size != manifest.size()
        || !HexFormat.of().formatHex(digest.digest()).equals(manifest.sha256())) {
      Files.delete(file);
      throw new UpdateException(
          manifest.file() + " is not what was signed (size or checksum); nothing has changed");
    }
    return file;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A version that does not even start here must not be tried. */
  private static void requireVersion(Path unpacked, Version version) throws IOException {
    String said = run(List.of(unpacked.resolve("bin/iottly-agent").toString(), "version"));
    if (!said.strip().equals("iottly-agent " + version)) {
      throw new UpdateException(
          "the package of %s says it is '%s'; nothing has changed"
              .formatted(version, said.strip()));
    }
  }

  private static String run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      process.getOutputStream().close();
      String said =
          new String(process.getInputStream().readNBytes(8 << 10), StandardCharsets.UTF_8);
      if (!process.waitFor(PROGRAM_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(command.getFirst() + " does not end");
      }
      if (process.exitValue() != 0) {
        throw new IOException(
            "%s ended with the code %d: %s"
                .formatted(command.getFirst(), process.exitValue(), said.strip()));
      }
      return said;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
