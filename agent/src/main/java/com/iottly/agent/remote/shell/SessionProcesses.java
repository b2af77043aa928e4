package com.iottly.agent.remote.shell;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The processes of a session (setsid(2)), in all of its process groups. */
final class SessionProcesses {

  private static final Path PROC = Path.of("/proc");

  private SessionProcesses() {}

  /** Sends a signal to each; whether there was one. */
  static boolean signal(long session, int signal) throws IOException {
    boolean found = false;
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (Path process : processes) {
        if (session(process) == session) {
          found |= sent(Integer.parseInt(process.getFileName().toString()), signal);
        }
      }
    }
    return found;
  }

  /** The session id in {@code /proc/PID/stat} (proc(5)), or -1 when the process is gone or dead. */
  private static long session(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
      return fields[0].equals("Z") ? -1 : Long.parseLong(fields[3]);
    } catch (IOException e) {
      return -1;
    }
  }

  private static boolean sent(int process, int signal) {
    try {
      Libc.kill(process, signal);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
