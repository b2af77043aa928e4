package com.iottly.platform.admin;

import com.iottly.platform.access.ApiKeyLimits;
import com.iottly.platform.access.ApiKeys;
import com.iottly.platform.access.DeviceTokens;
import com.iottly.platform.access.PasswordCost;
import com.iottly.platform.access.SignInLinks;
import com.iottly.platform.access.Users;
import com.iottly.platform.admin.AdminProtocol.Answer;
import com.iottly.platform.admin.AdminProtocol.Received;
import com.iottly.platform.admin.AdminProtocol.Request;
import com.iottly.platform.data.DataDirectory;
import com.iottly.platform.data.DataDirectoryException;
import com.iottly.platform.fleet.Fleet;
import com.iottly.platform.fleet.FleetLimits;
import com.iottly.platform.sql.Database;
import com.iottly.platform.sql.DatabaseConfig;
import com.iottly.platform.sql.SqlException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * {@code iottly admin} as its caller sees it: runs a command in the server that holds the data
 * folder, or here while none does and none can start. One run, one thread.
 */
public final class AdminClient {

  private static final Duration LOOK_AGAIN_AFTER = Duration.ofMillis(50);

  private final Path data;
  private final Duration patience;
  private final Duration answerTime;

  /**
   * @param patience how long a process that holds the folder but does not listen is waited for: a
   *     server that starts or stops, or another command
   * @param answerTime how long the server may take to answer
   */
  AdminClient(Path data, Duration patience, Duration answerTime) {
    this.data = data;
    this.patience = patience;
    this.answerTime = answerTime;
  }

  /**
   * Runs one command. Waits up to 10 s for the data folder and up to 2 minutes for the answer.
   *
   * @param data the data folder; made when missing
   * @param arguments what stands behind {@code iottly admin}
   * @param in read, one line, only by commands that need a password
   * @return 0 done, 1 refused or not found, 2 wrong usage
   */
  public static int run(
      Path data, List<String> arguments, Reader in, PrintWriter out, PrintWriter err) {
    return new AdminClient(data, Duration.ofSeconds(10), Duration.ofMinutes(2))
        .run(arguments, in, out, err);
  }

  int run(List<String> arguments, Reader in, PrintWriter out, PrintWriter err) {
    try {
      return switch (AdminCommands.look(arguments, out, err)) {
        case AdminCommands.Look.Answered(int exit) -> exit;
        case AdminCommands.Look.Complete(boolean readsInput) -> {
          String input = readsInput ? Exchange.line(in).orElse("") : "";
          yield run(new Request(arguments, input), out, err);
        }
      };
    } catch (DataDirectoryException | SqlException e) {
      return refuse(err, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return refuse(err, "the command can't be run: " + e);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private int run(Request request, PrintWriter out, PrintWriter err) throws IOException {
    Path socket = data.toAbsolutePath().normalize().resolve(DataDirectory.ADMIN_SOCKET);
    long start = System.nanoTime();
    while (true) {
      Optional<SocketChannel> server = SocketFile.connect(socket);
      if (server.isPresent()) {
        return ask(server.get(), request, out, err);
      }
      Optional<DataDirectory> directory = DataDirectory.tryOpen(data);
      if (directory.isPresent()) {
        return runHere(directory.get(), request, out, err);
      }
      if (System.nanoTime() - start > patience.toNanos()) {
        return refuse(
            err,
            "the data folder %s is in use by %s, which takes no commands: try again when it has started or ended"
                .formatted(data, DataDirectory.holder(data)));
      }
      if (!pause()) {
        return refuse(err, "interrupted");
      }
    }
  }

  private static boolean pause() {
    try {
      Thread.sleep(LOOK_AGAIN_AFTER);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private int ask(SocketChannel server, Request request, PrintWriter out, PrintWriter err)
      throws IOException {
    byte[] line = request.line();
    Thread deadline = Thread.ofVirtual().name("admin-answer-deadline").start(() -> cut(server));
    try (server) {
      Received received = converse(server, line);
      Optional<Answer> answer =
          received instanceof Received.Line(ByteBuffer text) ? Answer.read(text) : Optional.empty();
      if (answer.isEmpty()) {
        return refuse(err, unknown("gave no answer"));
      }
      out.print(answer.get().out());
      err.print(answer.get().err());
      return answer.get().exit();
    } catch (IOException e) {
      return refuse(err, unknown("broke the connection off"));
    } finally {
      deadline.interrupt();
    }
  }

  /**
   * A server that refuses before it has read everything breaks the sending off; its answer counts.
   */
  private static Received converse(SocketChannel server, byte[] line) throws IOException {
    try {
      AdminProtocol.send(server, line);
    } catch (IOException sending) {
      try {
        return AdminProtocol.receive(server, AdminProtocol.MAX_ANSWER);
      } catch (IOException receiving) {
        sending.addSuppressed(receiving);
        throw sending;
      }
    }
    return AdminProtocol.receive(server, AdminProtocol.MAX_ANSWER);
  }

  private void cut(SocketChannel server) {
    try {
      Thread.sleep(answerTime);
      server.shutdownInput();
    } catch (InterruptedException | IOException e) {
      // The answer came in time, or the connection was gone already.
    }
  }

  private String unknown(String what) {
    return "the server of %s %s: look whether the command was done before you repeat it"
        .formatted(data, what);
  }

  private int runHere(DataDirectory directory, Request request, PrintWriter out, PrintWriter err) {
    try (directory) {
      boolean fresh = !Files.exists(directory.databaseFile());
      InstantSource clock = InstantSource.system();
      SecureRandom random = new SecureRandom();
      try (Database database = Database.open(DatabaseConfig.of(directory.databaseFile()));
          ApiKeys keys = new ApiKeys(database, clock, random, ApiKeyLimits.defaults())) {
        if (fresh) {
          err.println("made a new installation in " + directory.path());
        }
        AdminRooms rooms =
            new AdminRooms(
                Fleet.on(database, clock, random, FleetLimits.defaults()),
                keys,
                new DeviceTokens(database, clock, random, "iottly"),
                new Users(database, clock, random, PasswordCost.defaults()),
                new SignInLinks(database, clock, random),
                _ -> false,
                clock);
        return new AdminCommands(rooms)
            .run(request.arguments(), new StringReader(request.input()), out, err);
      }
    }
  }

  private static int refuse(PrintWriter err, String problem) {
    Exchange.complain(err, problem);
    return Exchange.REFUSED;
  }
}
