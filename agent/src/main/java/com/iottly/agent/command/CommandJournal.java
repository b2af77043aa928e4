package com.iottly.agent.command;

import com.iottly.agent.disk.AtomicFile;
import com.iottly.agent.disk.RecordFile;
import com.iottly.agent.log.Log;
import com.iottly.wire.Payload;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which commands this device has seen, and how far each came. Durable; belongs to the commands'
 * thread.
 *
 * <pre>record: u8 step · u8 id length · id · for FINISHED the reply's payload</pre>
 *
 * <p>Remembers at least the last {@value #REMEMBERED} commands and every one that is not replied
 * to.
 */
final class CommandJournal implements Closeable {

  static final int REMEMBERED = 1024;
  private static final int MAX_RECORDS = 8 * REMEMBERED;

  /** How far a command came. */
  enum Step {
    /** It may have run. */
    STARTED((byte) 1),
    /** It has run, and its reply is known. */
    FINISHED((byte) 2),
    /** Its reply is in the spool. */
    REPLIED((byte) 3);

    private final byte code;

    Step(byte code) {
      this.code = code;
    }

    static Step of(byte code) {
      return switch (code) {
        case 1 -> STARTED;
        case 2 -> FINISHED;
        default -> REPLIED;
      };
    }
  }

  /**
   * A command's last note.
   *
   * @param reply the payload of the reply when the step is FINISHED
   */
  record Note(Step step, @Nullable Payload reply) {}

  private final Path path;
  private final Map<String, Note> notes = new LinkedHashMap<>();
  private RecordFile file;
  private int records;

  private CommandJournal(Path path, RecordFile file) {
    this.path = path;
    this.file = file;
  }

  static CommandJournal open(Path path, Log log) throws IOException {
    CommandJournal journal = new CommandJournal(path, RecordFile.open(path));
    journal.recover(log);
    return journal;
  }

  private void recover(Log log) throws IOException {
    long end = 0;
    for (var found = file.next(0); found != null; found = file.next(end)) {
      if (found.skipped() > 0) {
        log.error("%d bytes of %s are damaged".formatted(found.skipped(), path));
      }
      end = found.end();
      remember(found.body());
    }
    if (end < file.size()) {
      log.warn("the last note in %s was not written completely and is cut off".formatted(path));
      file.truncate(end);
    }
  }

  private void remember(ByteBuffer body) {
    Step step = Step.of(body.get());
    byte[] id = new byte[body.get() & 0xff];
    body.get(id);
    byte[] reply = new byte[body.remaining()];
    body.get(reply);
    put(
        new String(id, StandardCharsets.UTF_8),
        new Note(step, step == Step.FINISHED ? Payload.trusted(reply) : null));
    records++;
  }

  private void put(String id, Note note) {
    notes.put(id, note);
    var oldest = notes.entrySet().iterator();
    while (notes.size() > REMEMBERED && oldest.hasNext()) {
      if (oldest.next().getValue().step() == Step.REPLIED) {
        oldest.remove();
      }
    }
  }

  boolean knows(String id) {
    return notes.containsKey(id);
  }

  /** Commands that came as far as {@code step} and no further, oldest first. */
  List<Map.Entry<String, Note>> at(Step step) {
    return notes.entrySet().stream()
        .filter(entry -> entry.getValue().step() == step)
        .map(entry -> Map.entry(entry.getKey(), entry.getValue()))
        .toList();
  }

  /** Notes durably how far a command came. */
  void note(String id, Step step, @Nullable Payload reply) throws IOException {
    if (records >= MAX_RECORDS) {
      compact();
    }
    file.append(body(id, new Note(step, reply)));
    records++;
    put(id, new Note(step, reply));
  }

  private static byte[] body(String id, Note note) {
    byte[] name = id.getBytes(StandardCharsets.UTF_8);
    Payload payload = note.reply();
    byte[] reply = payload == null ? new byte[0] : payload.bytes();
    return ByteBuffer.allocate(2 + name.length + reply.length)
        .put(note.step().code)
        .put((byte) name.length)
        .put(name)
        .put(reply)
        .array();
  }

  private void compact() throws IOException {
    Path fresh = path.resolveSibling(path.getFileName() + ".new");
    Files.deleteIfExists(fresh);
    RecordFile compacted = RecordFile.open(fresh);
    for (var note : notes.entrySet()) {
      compacted.append(body(note.getKey(), note.getValue()));
    }
    Files.move(fresh, path, StandardCopyOption.ATOMIC_MOVE);
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      AtomicFile.forceDirectory(directory);
    }
    file.close();
    file = compacted;
    records = notes.size();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
