package com.iottly.agent.remote.files;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.json.Json;
import com.iottly.agent.remote.policy.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells about a file or directory and, if asked, what is in it: a JSON object in each line. */
final class Listing implements Transfer {

  private static final int CHUNK = 16 * 1024;

  private final Place place;
  private final boolean contents;
  private final Channel channel;
  private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();

  /**
   * @param contents whether to list what is in a directory, and not the place itself
   */
  Listing(Place place, boolean contents, Channel channel) {
    this.place = place;
    this.contents = contents;
    this.channel = channel;
  }

  @Override
  public Map<String, @Nullable Object> run()
      throws RefusedException, IOException, InterruptedException {
    PosixFileAttributes attributes = place.attributes();
    int entries = 0;
    if (contents && attributes.isDirectory()) {
      try (Place.Listing all = place.list()) {
        for (Place one : all) {
          entries += add(one);
        }
      }
    } else {
      tell(place, attributes);
      entries = 1;
    }
    channel.data(waiting.toByteArray());
    return Map.of("entries", entries);
  }

  private int add(Place one) throws RefusedException, IOException, InterruptedException {
    try {
      tell(one, one.attributes());
      return 1;
    } catch (NoSuchFileException | RefusedException e) {
      return 0; // gone since, or not to be looked at
    }
  }

  private void tell(Place one, PosixFileAttributes attributes)
      throws IOException, InterruptedException {
    waiting.writeBytes(Json.write(FileEntry.of(one, attributes)));
    waiting.write('\n');
    if (waiting.size() >= CHUNK) {
      channel.data(waiting.toByteArray());
      waiting.reset();
    }
  }

  @Override
  public void close() throws IOException {
    place.close();
  }
}
