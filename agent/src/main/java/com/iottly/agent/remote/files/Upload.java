package com.iottly.agent.remote.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.remote.policy.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Takes a file. Its bytes are collected under another name in the same directory; when all are
 * there, right and on disk, the file gets its name at once. What was collected when the client went
 * away stays for a day, and the same file goes on from there.
 */
final class Upload implements Transfer {

  private static final Duration KEPT = Duration.ofDays(1);
  private static final String PART = "\\.iottly-[0-9a-f]{32}\\.part";
  private static final Set<PosixFilePermission> USUAL = FileEntry.permissions(0644);

  private final Request request;
  private final Place place;
  private final Place part;
  private final FileChannel file;
  private final Set<PosixFilePermission> permissions;
  private final long offset;
  private final Sha256 sha256 = new Sha256();
  private final CountDownLatch complete = new CountDownLatch(1);

  /** The channel thread's. */
  private long received;

  /**
   * What the client announces.
   *
   * @param sha256 in hexadecimal digits
   * @param permissions what the file gets, or null for what it has, or the usual ones
   */
  record Request(long size, String sha256, @Nullable Set<PosixFilePermission> permissions) {}

  private Upload(
      Request request,
      Place place,
      Place part,
      FileChannel file,
      Set<PosixFilePermission> permissions,
      long offset) {
    this.request = request;
    this.place = place;
    this.part = part;
    this.file = file;
    this.permissions = permissions;
    this.offset = offset;
    this.received = offset;
  }

  /** Begins it, or goes on with what is there of it. */
  static Upload open(Place place, Request request, Instant now)
      throws RefusedException, IOException {
    Set<PosixFilePermission> present = present(place);
    removeOldParts(place, now);
    Place part = place.beside(partName(place, request));
    FileChannel file =
        part.open(
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(FileEntry.permissions(0600)));
    try {
      lock(file, place);
      long offset = Math.min(file.size(), request.size());
      requireSpace(place, request.size() - offset);
      Set<PosixFilePermission> wanted = request.permissions();
      Upload upload =
          new Upload(request, place, part, file, wanted != null ? wanted : present, offset);
      upload.sha256.add(file, offset);
      file.position(offset);
      if (offset == request.size()) {
        upload.complete.countDown();
      }
      return upload;
    } catch (RefusedException | IOException e) {
      file.close();
      throw e;
    }
  }

  /** The permissions of the file that is there, or the usual ones. */
  private static Set<PosixFilePermission> present(Place place)
      throws RefusedException, IOException {
    try {
      var attributes = place.attributes();
      Place.requireFile(place, attributes);
      return attributes.permissions();
    } catch (RefusedException e) {
      if (e.code().equals("not_found")) {
        return USUAL;
      }
      throw e;
    }
  }

  private static void removeOldParts(Place place, Instant now) throws IOException {
    for (Place other : place.siblings()) {
      try {
        if (other.name().toString().matches(PART)
            && other.attributes().lastModifiedTime().toInstant().isBefore(now.minus(KEPT))) {
          other.delete();
        }
      } catch (RefusedException e) {
        // Somebody else has removed it.
      }
    }
  }

  /** The same file under the same name has the same part. */
  private static String partName(Place place, Request request) {
    Sha256 name = new Sha256();
    byte[] what =
        "%s\n%d\n%s".formatted(place.name(), request.size(), request.sha256()).getBytes(UTF_8);
    name.add(what, what.length);
    return ".iottly-" + name.hex().substring(0, 32) + ".part";
  }

  private static void lock(FileChannel file, Place place) throws RefusedException, IOException {
    try {
      if (file.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      throw busy(place);
    }
    throw busy(place);
  }

  private static RefusedException busy(Place place) {
    return new RefusedException("busy", place.path() + " is just being stored by somebody else");
  }

  private static void requireSpace(Place place, long bytes) throws RefusedException, IOException {
    long usable = Files.getFileStore(place.path().resolveSibling(".")).getUsableSpace();
    if (bytes > usable) {
      throw new RefusedException(
          "no_space", "%d bytes are to come, and %d are free".formatted(bytes, usable));
    }
  }

  @Override
  public Map<String, @Nullable Object> info() {
    return Map.of("offset", offset, "size", request.size());
  }

  @Override
  public void data(byte[] bytes) throws RefusedException, IOException {
    if (bytes.length > request.size() - received) {
      throw new RefusedException(
          "bad_data", "more than the %d bytes that were announced".formatted(request.size()));
    }
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      file.write(left);
    }
    sha256.add(bytes, bytes.length);
    received += bytes.length;
    if (received == request.size()) {
      complete.countDown();
    }
  }

  @Override
  public Map<String, @Nullable Object> run()
      throws RefusedException, IOException, InterruptedException {
    complete.await();
    String found = sha256.hex();
    if (!found.equals(request.sha256())) {
      part.delete();
      throw new RefusedException(
          "wrong_checksum",
          "the bytes that came have the SHA-256 %s and not %s; nothing was stored, send it again"
              .formatted(found, request.sha256()));
    }
    part.setPermissions(permissions);
    file.truncate(request.size());
    file.force(true);
    part.renameTo(place);
    return Map.of("size", request.size(), "sha256", found, "mode", FileEntry.mode(permissions));
  }

  @Override
  public void close() throws IOException {
    try (place) {
      file.close();
    }
  }
}
