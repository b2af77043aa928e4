package com.iottly.agent.remote.shell;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/**
 * The functions of the C library that a terminal needs, with the constants of Linux on AMD64 and
 * ARM64. Loaded with the first shell. Any thread; a call that fails throws with its errno.
 */
final class Libc {

  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;

  static final short POLLIN = 1;
  static final short POLLOUT = 4;

  private static final int O_RDWR_NOCTTY_NONBLOCK_CLOEXEC = 2 | 0x100 | 0x800 | 0x80000;
  private static final int EFD_NONBLOCK_CLOEXEC = 0x800 | 0x80000;
  private static final long TIOCGPGRP = 0x540f;
  private static final long TIOCSWINSZ = 0x5414;
  private static final int IUTF8 = 0x4000;
  private static final long TERMIOS_BYTES = 60;
  private static final long POLLFD_BYTES = 8;
  private static final long SIGACTION_BYTES = 256;
  private static final long SIG_IGN = 1;
  private static final long SIG_ERR = -1;
  private static final int NAME_BYTES = 64;

  private static final StructLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle POSIX_OPENPT = function("posix_openpt", JAVA_INT);
  private static final MethodHandle GRANTPT = function("grantpt", JAVA_INT);
  private static final MethodHandle UNLOCKPT = function("unlockpt", JAVA_INT);
  private static final MethodHandle PTSNAME = function("ptsname_r", JAVA_INT, ADDRESS, JAVA_LONG);
  private static final MethodHandle TCGETATTR = function("tcgetattr", JAVA_INT, ADDRESS);
  private static final MethodHandle TCSETATTR = function("tcsetattr", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle EVENTFD = function("eventfd", JAVA_INT, JAVA_INT);
  private static final MethodHandle KILL = function("kill", JAVA_INT, JAVA_INT);
  private static final MethodHandle SIGACTION = function("sigaction", JAVA_INT, ADDRESS, ADDRESS);
  private static final MethodHandle SIGNAL =
      handle("signal", FunctionDescriptor.of(ADDRESS, JAVA_INT, ADDRESS));
  private static final MethodHandle CLOSE = function("close", JAVA_INT);
  private static final MethodHandle POLL = function("poll", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ =
      handle("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
  private static final MethodHandle WRITE =
      handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));

  private Libc() {}

  /** A call that failed. */
  static final class ErrnoException extends IOException {
    private static final long serialVersionUID = 1;

    private final int errno;

    ErrnoException(String function, int errno) {
      super(function + " failed with errno " + errno);
      this.errno = errno;
    }

    int errno() {
      return errno;
    }
  }

  private static MethodHandle function(String name, MemoryLayout... arguments) {
    return handle(name, FunctionDescriptor.of(JAVA_INT, arguments));
  }

  @SuppressWarnings("restricted") // the functions exist as described on every Linux
  private static MethodHandle handle(
      String name, FunctionDescriptor shape, Linker.Option... variadic) {
    Linker.Option[] options = new Linker.Option[variadic.length + 1];
    options[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(variadic, 0, options, 1, variadic.length);
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), shape, options);
  }

  /** A call that has been bound to its arguments; the segment is for errno. */
  @FunctionalInterface
  private interface Call {
    long with(MemorySegment state) throws Throwable;
  }

  private static long checked(String function, Call call) throws ErrnoException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      long result;
      try {
        result = call.with(state);
      } catch (Throwable e) {
        throw new IllegalStateException(function + " can't be called", e);
      }
      if (result < 0) {
        throw new ErrnoException(function, (int) ERRNO.get(state, 0L));
      }
      return result;
    }
  }

  /** A new terminal's master side, which nobody waits for. */
  static int openTerminal() throws IOException {
    int master =
        (int)
            checked(
                "posix_openpt",
                state -> (int) POSIX_OPENPT.invokeExact(state, O_RDWR_NOCTTY_NONBLOCK_CLOEXEC));
    try {
      checked("grantpt", state -> (int) GRANTPT.invokeExact(state, master));
      checked("unlockpt", state -> (int) UNLOCKPT.invokeExact(state, master));
      return master;
    } catch (IOException e) {
      close(master);
      throw e;
    }
  }

  /** The path of the other side. */
  static String terminalName(int master) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(NAME_BYTES);
      int errno =
          (int)
              checked(
                  "ptsname_r",
                  state -> (int) PTSNAME.invokeExact(state, master, name, (long) NAME_BYTES));
      if (errno != 0) {
        throw new ErrnoException("ptsname_r", errno);
      }
      return name.getString(0);
    }
  }

  /** Backspace then takes a character away and not a byte. */
  static void understandUtf8(int master) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment termios = arena.allocate(TERMIOS_BYTES, Integer.BYTES);
      checked("tcgetattr", state -> (int) TCGETATTR.invokeExact(state, master, termios));
      termios.set(JAVA_INT, 0, termios.get(JAVA_INT, 0) | IUTF8);
      checked("tcsetattr", state -> (int) TCSETATTR.invokeExact(state, master, 0, termios));
    }
  }

  static void resize(int master, int columns, int rows) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(8, Short.BYTES);
      size.set(JAVA_SHORT, 0, (short) rows);
      size.set(JAVA_SHORT, 2, (short) columns);
      checked("ioctl", state -> (int) IOCTL.invokeExact(state, master, TIOCSWINSZ, size));
    }
  }

  /** The process group that reads from the terminal now. */
  static int foregroundGroup(int master) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment group = arena.allocate(JAVA_INT);
      checked("ioctl", state -> (int) IOCTL.invokeExact(state, master, TIOCGPGRP, group));
      return group.get(JAVA_INT, 0);
    }
  }

  /** Something to poll that others can make readable. */
  static int openEvent() throws IOException {
    return (int)
        checked("eventfd", state -> (int) EVENTFD.invokeExact(state, 0, EFD_NONBLOCK_CLOEXEC));
  }

  /** Sends a signal to a process, or to a process group when the number is negative. */
  static void kill(int process, int signal) throws IOException {
    checked("kill", state -> (int) KILL.invokeExact(state, process, signal));
  }

  /**
   * A program that is started ignores the signals that its parent ignores, as an agent does that a
   * script put into the background; a shell in which Ctrl-C does nothing is none. Instead of
   * ignoring such a signal, this process then catches it and does nothing, which no program that it
   * starts inherits (execve(2)).
   */
  static void stopIgnoring(int signal) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment action = arena.allocate(SIGACTION_BYTES, Long.BYTES);
      checked(
          "sigaction",
          state -> (int) SIGACTION.invokeExact(state, signal, MemorySegment.NULL, action));
      if (action.get(JAVA_LONG, 0) == SIG_IGN) {
        MemorySegment nothing = Linker.nativeLinker().defaultLookup().findOrThrow("abs");
        checked(
            "signal",
            state ->
                ((MemorySegment) SIGNAL.invokeExact(state, signal, nothing)).address() == SIG_ERR
                    ? -1
                    : 0);
      }
    }
  }

  static void close(int descriptor) throws IOException {
    checked("close", state -> (int) CLOSE.invokeExact(state, descriptor));
  }

  /** Bytes of memory at once; -1 at a terminal's end, 0 when there is nothing now. */
  static int read(int descriptor, MemorySegment into) throws IOException {
    try {
      long read =
          checked(
              "read", state -> (long) READ.invokeExact(state, descriptor, into, into.byteSize()));
      return read == 0 ? -1 : (int) read;
    } catch (ErrnoException e) {
      return switch (e.errno()) {
        case EAGAIN, EINTR -> 0;
        case EIO -> -1;
        default -> throw e;
      };
    }
  }

  /** How many bytes were taken; 0 when there is no room now. What nobody will read is taken. */
  static int write(int descriptor, MemorySegment from) throws IOException {
    try {
      return (int)
          checked(
              "write", state -> (long) WRITE.invokeExact(state, descriptor, from, from.byteSize()));
    } catch (ErrnoException e) {
      return switch (e.errno()) {
        case EAGAIN, EINTR -> 0;
        case EIO -> (int) from.byteSize();
        default -> throw e;
      };
    }
  }

  /** Waits until one of two descriptors is ready; a negative one counts as never ready. */
  static void poll(int first, short events, int second, int millis) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(2 * POLLFD_BYTES, Integer.BYTES);
      pair.set(JAVA_INT, 0, first);
      pair.set(JAVA_SHORT, 4, events);
      pair.set(JAVA_INT, POLLFD_BYTES, second);
      pair.set(JAVA_SHORT, POLLFD_BYTES + 4, POLLIN);
      checked("poll", state -> (int) POLL.invokeExact(state, pair, 2L, millis));
    } catch (ErrnoException e) {
      if (e.errno() != EINTR) {
        throw e;
      }
    }
  }
}
