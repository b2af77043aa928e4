package com.iottly.agent.systemd;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;

/**
 * A Unix datagram socket to send to, which the JDK has no class for: {@code socket(2)} and {@code
 * sendto(2)} through the foreign-function interface. Open for as long as the process lives.
 */
final class NotifySocket {

  private static final short AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
  private static final int MAX_PATH_BYTES = 107;

  private final MethodHandle sendto;
  private final int descriptor;
  private final MemorySegment address;

  /**
   * @param name a path, or {@code @} and an abstract name
   * @throws IOException when there can't be such a socket
   */
  NotifySocket(String name) throws IOException {
    Linker linker = Linker.nativeLinker();
    this.sendto =
        handle(
            linker,
            "sendto",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
    this.address = address(name);
    MethodHandle socket =
        handle(linker, "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
    try {
      this.descriptor = (int) socket.invokeExact((int) AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
    } catch (Throwable e) {
      throw new IOException("socket(2) can't be called", e);
    }
    if (descriptor < 0) {
      throw new IOException("no Unix datagram socket can be opened");
    }
  }

  @SuppressWarnings("restricted") // both functions exist as described on every Linux
  private static MethodHandle handle(Linker linker, String function, FunctionDescriptor shape) {
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), shape);
  }

  /** {@code struct sockaddr_un}, as long as its name needs. */
  private static MemorySegment address(String name) throws IOException {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0 || bytes.length > MAX_PATH_BYTES || "@/".indexOf(name.charAt(0)) < 0) {
      throw new IOException("'" + name + "' is neither a path nor an abstract name");
    }
    if (bytes[0] == '@') {
      bytes[0] = 0;
    }
    MemorySegment address =
        Arena.global()
            .allocate(
                MemoryLayout.sequenceLayout(JAVA_SHORT.byteSize() + bytes.length, JAVA_BYTE)
                    .withByteAlignment(JAVA_SHORT.byteAlignment()));
    address.set(JAVA_SHORT, 0, AF_UNIX);
    MemorySegment.copy(bytes, 0, address, JAVA_BYTE, JAVA_SHORT.byteSize(), bytes.length);
    return address;
  }

  /** Sends one datagram, at once or not at all; whether it went. */
  boolean send(String text) {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      MemorySegment message = arena.allocateFrom(JAVA_BYTE, bytes);
      long sent =
          (long)
              sendto.invokeExact(
                  descriptor,
                  message,
                  (long) bytes.length,
                  MSG_DONTWAIT_NOSIGNAL,
                  address,
                  (int) address.byteSize());
      return sent == bytes.length;
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("sendto(2) can't be called", e);
    }
  }
}
