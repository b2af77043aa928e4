package com.iottly.e2e;

import com.iottly.wire.Frame;
import com.iottly.wire.FrameCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a process wrote and synced, from strace's output. Times are line numbers: strace writes a
 * line when a call ends, or two when something else happened in between.
 */
final class SyscallTrace {

  private static final int LONGEST = 65_536;

  private static final Pattern WRITE_AHEAD_LOG = Pattern.compile("/journal/\\d+\\.log>$");
  private static final Pattern CALL =
      Pattern.compile("^(\\d+) +(\\w+)\\((\\d+<.*?>)((?:, .*|\\).*| <unfinished.*))$");
  private static final Pattern RESUMED =
      Pattern.compile("^(\\d+) +<\\.\\.\\. \\w+ resumed>.*= (-?\\d+).*$");
  private static final Pattern RESULT = Pattern.compile("\\) += (-?\\d+)[^=\"]*$");
  private static final Pattern TEXT = Pattern.compile("\"((?:\\\\x[0-9a-f]{2})*)\"(\\.\\.\\.)?");
  private static final Pattern HEX = Pattern.compile("\\\\x([0-9a-f]{2})");

  /** A call that succeeded: it started and ended at these lines. */
  private record Call(String name, String target, byte[] bytes, int start, int end) {

    boolean syncs() {
      return name.equals("fdatasync") || name.equals("fsync");
    }
  }

  /** A frame in what was sent, and the line at which the call with its first byte started. */
  record Sent(Frame frame, int start) {}

  private final List<Call> calls = new ArrayList<>();

  private SyscallTrace() {}

  /** The command that makes such a trace of a program. */
  static String[] strace(Path output) {
    return new String[] {
      "strace",
      "-f",
      "--seccomp-bpf",
      "-yy",
      "-xx",
      "-s",
      "" + LONGEST,
      "-o",
      output.toString(),
      "-e",
      "trace=write,pwrite64,writev,pwritev,pwritev2,sendto,sendmsg,sendmmsg,fsync,fdatasync"
    };
  }

  static SyscallTrace read(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      return of(lines);
    }
  }

  static SyscallTrace of(Stream<String> lines) {
    SyscallTrace trace = new SyscallTrace();
    Map<String, Call> unfinished = new HashMap<>();
    int number = 0;
    for (String line : (Iterable<String>) lines::iterator) {
      number++;
      Matcher resumed = RESUMED.matcher(line);
      if (resumed.matches()) {
        Call call = unfinished.remove(resumed.group(1));
        if (call != null) {
          trace.add(call, number, Long.parseLong(resumed.group(2)));
        }
        continue;
      }
      Matcher found = CALL.matcher(line);
      if (!found.matches()) {
        continue;
      }
      String target = unescaped(found.group(3));
      if (!isOfInterest(target)) {
        continue;
      }
      String rest = found.group(4);
      Call call = new Call(found.group(2), target, bytes(rest), number, number);
      if (rest.endsWith("<unfinished ...>")) {
        unfinished.put(found.group(1), call);
      } else {
        Matcher result = RESULT.matcher(rest);
        trace.add(call, number, result.find() ? Long.parseLong(result.group(1)) : -1);
      }
    }
    return trace;
  }

  private static boolean isOfInterest(String target) {
    return target.contains("<TCP")
        || target.contains("<UNIX-STREAM")
        || WRITE_AHEAD_LOG.matcher(target).find()
        || target.endsWith(".seg>");
  }

  private void add(Call call, int end, long result) {
    if (result >= 0) {
      byte[] done = call.syncs() ? call.bytes : Arrays.copyOf(call.bytes, (int) result);
      calls.add(new Call(call.name, call.target, done, call.start, end));
    }
  }

  private static byte[] bytes(String arguments) {
    var bytes = new ByteArrayOutputStream();
    Matcher texts = TEXT.matcher(arguments);
    while (texts.find()) {
      if (texts.group(2) != null) {
        throw new AssertionError("a write is longer than what the trace shows of it");
      }
      bytes.writeBytes(unescaped(texts.group(1)).getBytes(StandardCharsets.ISO_8859_1));
    }
    return bytes.toByteArray();
  }

  private static String unescaped(String text) {
    return HEX.matcher(text)
        .replaceAll(
            hex -> Matcher.quoteReplacement("" + (char) Integer.parseInt(hex.group(1), 16)));
  }

  /**
   * Whether these bytes were in a file of that suffix before that line: written, and a sync of that
   * file started after the write had ended and ended before the line.
   */
  boolean isDurable(String marker, String suffix, int before) {
    byte[] wanted = marker.getBytes(StandardCharsets.UTF_8);
    for (Call write : calls) {
      if (write.target.endsWith(suffix + ">") && !write.syncs() && contains(write.bytes, wanted)) {
        for (Call sync : calls) {
          if (sync.syncs()
              && sync.target.equals(write.target)
              && sync.start > write.end
              && sync.end < before) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private static boolean contains(byte[] whole, byte[] part) {
    String text = new String(whole, StandardCharsets.ISO_8859_1);
    return text.contains(new String(part, StandardCharsets.ISO_8859_1));
  }

  /** The lines that were sent over Unix sockets, each with the line at which it was sent. */
  Map<String, Integer> sentLocally() {
    Map<String, Integer> sent = new LinkedHashMap<>();
    for (Call call : calls) {
      if (call.target.contains("<UNIX-STREAM")) {
        String text = new String(call.bytes, StandardCharsets.UTF_8);
        text.lines().forEach(line -> sent.putIfAbsent(line, call.start));
      }
    }
    return sent;
  }

  /** The frames of the device link that were sent, connection by connection. */
  List<List<Sent>> sentFrames() {
    Map<String, TreeMap<Integer, Integer>> starts = new LinkedHashMap<>();
    Map<String, ByteArrayOutputStream> streams = new LinkedHashMap<>();
    for (Call call : calls) {
      if (call.target.contains("<TCP") && !call.syncs()) {
        var stream = streams.computeIfAbsent(call.target, _ -> new ByteArrayOutputStream());
        starts.computeIfAbsent(call.target, _ -> new TreeMap<>()).put(stream.size(), call.start);
        stream.writeBytes(call.bytes);
      }
    }
    List<List<Sent>> connections = new ArrayList<>();
    streams.forEach((target, stream) -> {
      byte[] bytes = stream.toByteArray();
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n") + 4;
      if (text.substring(0, end).toLowerCase(Locale.ROOT).contains("\nupgrade: websocket")) {
        ByteBuffer in = ByteBuffer.wrap(bytes).position(end);
        connections.add(frames(in, starts.get(target)));
      }
    });
    return connections;
  }

  /** RFC 6455 §5.2, for messages of one frame. */
  private static List<Sent> frames(ByteBuffer in, TreeMap<Integer, Integer> starts) {
    FrameCodec codec = new FrameCodec(1 << 20);
    List<Sent> frames = new ArrayList<>();
    while (in.hasRemaining()) {
      int start = starts.floorEntry(in.position()).getValue();
      int opcode = in.get() & 0x0f;
      int second = in.get();
      long length = second & 0x7f;
      length = length == 126 ? in.getShort() & 0xffff : length == 127 ? in.getLong() : length;
      byte[] mask = new byte[second < 0 ? 4 : 0];
      in.get(mask);
      byte[] payload = new byte[(int) length];
      in.get(payload);
      for (int i = 0; i < payload.length && mask.length > 0; i++) {
        payload[i] ^= mask[i % 4];
      }
      if (opcode == 2) {
        frames.add(new Sent(codec.decode(payload), start));
      }
    }
    return frames;
  }
}
