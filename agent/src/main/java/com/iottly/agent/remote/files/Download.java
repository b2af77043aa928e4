package com.iottly.agent.remote.files;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.remote.policy.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sends a file, or the rest of it; as long as it is when it is opened. */
final class Download implements Transfer {

  private static final int CHUNK = 64 * 1024;

  private final Place place;
  private final Channel channel;
  private final FileChannel file;
  private final PosixFileAttributes attributes;
  private final long offset;
  private final Sha256 sha256 = new Sha256();

  private Download(
      Place place, Channel channel, FileChannel file, PosixFileAttributes attributes, long offset) {
    this.place = place;
    this.channel = channel;
    this.file = file;
    this.attributes = attributes;
    this.offset = offset;
  }

  /**
   * Opens the file.
   *
   * @param offset how many bytes of it the client has
   * @param version of which content it has them; counts when there are some
   */
  static Download open(Place place, Channel channel, long offset, String version, long maxBytes)
      throws RefusedException, IOException {
    FileChannel file = place.read();
    PosixFileAttributes attributes = place.attributes();
    try {
      if (attributes.size() > maxBytes) {
        throw Sizes.tooLarge(attributes.size(), maxBytes);
      }
      if (offset > 0 && !version.equals(FileEntry.version(attributes))) {
        throw new RefusedException(
            "changed", place.path() + " has changed since; fetch it from its beginning");
      }
      if (offset > attributes.size()) {
        throw new RefusedException(
            "bad_argument",
            "offset is beyond the %d bytes of the file".formatted(attributes.size()));
      }
      return new Download(place, channel, file, attributes, offset);
    } catch (RefusedException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public Map<String, @Nullable Object> info() {
    Map<String, @Nullable Object> info = new LinkedHashMap<>(FileEntry.of(place, attributes));
    info.put("version", FileEntry.version(attributes));
    info.put("offset", offset);
    return info;
  }

  @Override
  public Map<String, @Nullable Object> run()
      throws RefusedException, IOException, InterruptedException {
    sha256.add(file, offset);
    ByteBuffer bytes = ByteBuffer.allocate(CHUNK);
    long at = offset;
    while (at < attributes.size()) {
      bytes.clear().limit((int) Math.min(CHUNK, attributes.size() - at));
      int read = file.read(bytes, at);
      if (read < 0) {
        throw new RefusedException("changed", place.path() + " became shorter while it was sent");
      }
      sha256.add(bytes.array(), read);
      channel.data(bytes.array(), 0, read);
      at += read;
    }
    boolean changed = !FileEntry.version(place.attributes()).equals(FileEntry.version(attributes));
    return Map.of("size", at, "sha256", sha256.hex(), "changed", changed);
  }

  @Override
  public void close() throws IOException {
    try (place) {
      file.close();
    }
  }
}
