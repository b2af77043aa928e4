package com.iottly.agent.remote.logs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.remote.policy.AllowedPaths;
import com.iottly.agent.remote.policy.Place;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A text file that somebody else writes and rotates, by renaming it or by emptying it (logrotate's
 * {@code copytruncate}). One thread.
 */
final class FileSource implements LineSource {

  /** How far back the last lines are looked for. */
  static final int MAX_LOOK_BACK = 8 * 1024 * 1024;

  /** The rest of a longer line is left out. */
  static final int MAX_LINE = 16 * 1024;

  private static final Duration LOOK = Duration.ofMillis(200);

  private final AllowedPaths allowed;
  private final Path path;
  private final ByteBuffer bytes = ByteBuffer.allocate(16 * 1024);
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  FileSource(AllowedPaths allowed, Path path) {
    this.allowed = allowed;
    this.path = path;
  }

  /** Something to do with a line. */
  private interface Taker {
    void take(String line) throws IOException, InterruptedException;
  }

  /** An open file and what tells it from others. */
  private record Open(FileChannel channel, @Nullable Object key) {}

  @Override
  public void run(int count, boolean follow, Lines lines)
      throws RefusedException, IOException, InterruptedException {
    Open open = open();
    try {
      past(open, count, lines);
      lines.flush();
      while (follow) {
        Thread.sleep(LOOK);
        read(open.channel(), lines::now);
        if (isReplaced(open)) {
          read(open.channel(), lines::now);
          open.channel().close();
          open = open();
          line.reset();
          read(open.channel(), lines::now);
        }
        lines.flush();
      }
    } finally {
      open.channel().close();
    }
  }

  private Open open() throws RefusedException, IOException {
    try (Place place = allowed.open(path)) {
      while (true) {
        Object before = place.attributes().fileKey();
        FileChannel channel = place.read();
        if (Objects.equals(before, place.attributes().fileKey())) {
          return new Open(channel, before);
        }
        channel.close();
      }
    }
  }

  /** Whether another file has the name now; while none has, the old one may still grow. */
  private boolean isReplaced(Open open) throws IOException {
    try (Place place = allowed.open(path)) {
      return !Objects.equals(open.key(), place.attributes().fileKey());
    } catch (RefusedException e) {
      return false;
    }
  }

  /** What was rotated away last is looked through as well, where it is allowed. */
  private void past(Open open, int count, Lines lines)
      throws RefusedException, IOException, InterruptedException {
    if (count == 0) {
      open.channel().position(open.channel().size());
      return;
    }
    Past past = new Past(count);
    if (open.channel().size() < MAX_LOOK_BACK) {
      addRotated(open, past, lines);
    }
    add(open.channel(), past, lines);
    past.hand(lines);
  }

  private void addRotated(Open open, Past past, Lines lines)
      throws RefusedException, IOException, InterruptedException {
    Path rotated = path.resolveSibling(path.getFileName() + ".1");
    if (!allowed.contains(rotated)) {
      return;
    }
    try (Place place = allowed.open(rotated);
        FileChannel older = place.read()) {
      if (!Objects.equals(open.key(), place.attributes().fileKey())) {
        add(older, past, lines);
        line.reset();
      }
    } catch (RefusedException e) {
      return; // most files have none
    }
  }

  private void add(FileChannel channel, Past past, Lines lines)
      throws IOException, InterruptedException {
    long from = Math.max(0, channel.size() - MAX_LOOK_BACK);
    channel.position(from);
    boolean[] whole = {from == 0};
    read(
        channel,
        text -> {
          if (whole[0] && lines.matches(text)) {
            past.add(text);
          }
          whole[0] = true;
        });
  }

  /** Hands over the lines that were completed since; a file that shrank is read anew. */
  private void read(FileChannel channel, Taker taker) throws IOException, InterruptedException {
    if (channel.position() > channel.size()) {
      channel.position(0);
      line.reset();
    }
    while (channel.read(bytes.clear()) > 0) {
      bytes.flip();
      while (bytes.hasRemaining()) {
        byte b = bytes.get();
        if (b == '\n') {
          taker.take(line.toString(UTF_8));
          line.reset();
        } else if (line.size() < MAX_LINE) {
          line.write(b);
        }
      }
    }
  }
}
