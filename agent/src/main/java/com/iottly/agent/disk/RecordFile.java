package com.iottly.agent.disk;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * An append-only file of records, each with its length and CRC32C. One thread.
 *
 * <pre>u32 magic "IOS1" · u32 body length · u32 CRC32C of length and body · body</pre>
 *
 * <p>Reading skips whatever is not a valid record, byte by byte if need be, so damage costs the
 * damaged records only.
 */
public final class RecordFile implements Closeable {

  /** What a record costs beyond its body, in bytes. */
  public static final int OVERHEAD = 12;

  private static final int MAGIC = 0x494F5331;
  private static final int WINDOW = 32 * 1024;

  private final FileChannel channel;
  private ByteBuffer window = ByteBuffer.allocate(0);
  private long windowStart;
  private long size;

  private RecordFile(FileChannel channel) throws IOException {
    this.channel = channel;
    this.size = channel.size();
  }

  /**
   * A valid record.
   *
   * @param body what was appended
   * @param end the offset behind the record
   * @param skipped how many bytes before it were no record
   */
  public record Found(ByteBuffer body, long end, long skipped) {}

  /** Opens the file for reading and appending, and creates it when it is missing. */
  public static RecordFile open(Path file) throws IOException {
    return new RecordFile(FileChannel.open(file, CREATE, READ, WRITE));
  }

  /** Opens an existing file for reading. */
  public static RecordFile openToRead(Path file) throws IOException {
    return new RecordFile(FileChannel.open(file, READ));
  }

  /** Puts a record with this body into the buffer. */
  public static void frame(ByteBuffer out, byte[] body) {
    out.putInt(MAGIC).putInt(body.length).putInt(checksum(body.length, ByteBuffer.wrap(body)));
    out.put(body);
  }

  /** How many bytes of the file hold records, or what is left of them. */
  public long size() {
    return size;
  }

  /**
   * Appends framed records and makes them durable. When that fails, the file is cut back to what it
   * was.
   */
  public void append(ByteBuffer records) throws IOException {
    long end = size;
    try {
      while (records.hasRemaining()) {
        end += channel.write(records, end);
      }
      channel.force(false);
    } catch (IOException e) {
      cutAfterFailure(e);
      throw e;
    }
    size = end;
  }

  /** Appends one record durably. */
  public void append(byte[] body) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(OVERHEAD + body.length);
    frame(record, body);
    append(record.flip());
  }

  private void cutAfterFailure(IOException cause) {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Cuts the file off at this offset, durably. */
  public void truncate(long newSize) throws IOException {
    channel.truncate(newSize);
    channel.force(true);
    size = newSize;
    window = ByteBuffer.allocate(0);
  }

  /** The first valid record at or behind the offset, or null when there is none. */
  public @Nullable Found next(long offset) throws IOException {
    for (long at = offset; at + OVERHEAD <= size; at++) {
      ByteBuffer header = read(at, OVERHEAD);
      if (header.getInt(0) != MAGIC) {
        continue;
      }
      int length = header.getInt(4);
      int checksum = header.getInt(8);
      if (length < 0 || length > size - at - OVERHEAD) {
        continue;
      }
      ByteBuffer body = read(at + OVERHEAD, length);
      if (checksum(length, body.duplicate()) == checksum) {
        return new Found(body, at + OVERHEAD + length, at - offset);
      }
    }
    return null;
  }

  private ByteBuffer read(long offset, int length) throws IOException {
    if (offset < windowStart || offset + length > windowStart + window.limit()) {
      ByteBuffer fresh =
          ByteBuffer.allocate((int) Math.min(Math.max(length, WINDOW), size - offset));
      int read = 0;
      while (fresh.hasRemaining() && read >= 0) {
        read = channel.read(fresh, offset + fresh.position());
      }
      window = fresh.flip();
      windowStart = offset;
      if (window.limit() < length) {
        throw new IOException("the file became shorter while it was read");
      }
    }
    return window.slice((int) (offset - windowStart), length);
  }

  private static int checksum(int length, ByteBuffer body) {
    CRC32C crc = new CRC32C();
    crc.update(ByteBuffer.allocate(4).putInt(length).flip());
    crc.update(body);
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
