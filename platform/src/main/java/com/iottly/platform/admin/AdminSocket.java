package com.iottly.platform.admin;

import com.iottly.platform.admin.AdminProtocol.Answer;
import com.iottly.platform.admin.AdminProtocol.Received;
import com.iottly.platform.admin.AdminProtocol.Request;
import com.iottly.platform.data.DataDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a running server takes the commands of {@code iottly admin}: a Unix socket with mode 0600
 * in the data folder. One request and one answer per connection, each a line of JSON:
 *
 * <pre>
 *   {"arguments":["project","list"],"input":""}
 *   {"exit":0,"out":"…","err":"…"}
 * </pre>
 *
 * <p>Any thread may open and close. Commands run on a virtual thread per connection.
 */
public final class AdminSocket implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AdminSocket.class);
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(200);

  private final Path file;
  private final AdminCommands commands;
  private final AdminLimits limits;
  private final ServerSocketChannel listener;
  private final Semaphore places;
  private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());
  private final ScheduledThreadPoolExecutor deadlines =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("admin-deadlines").daemon().factory());
  private final Thread acceptor = Thread.ofPlatform().name("admin-socket").unstarted(this::accept);

  private AdminSocket(
      Path file, ServerSocketChannel listener, AdminCommands commands, AdminLimits limits) {
    this.file = file;
    this.listener = listener;
    this.commands = commands;
    this.limits = limits;
    this.places = new Semaphore(limits.connections());
    deadlines.setRemoveOnCancelPolicy(true);
  }

  /**
   * Starts listening. The socket of a dead server is replaced.
   *
   * @param directory the data folder, which stays the caller's to close, after this
   * @throws AdminException when it can't, with what to do about it: the path is too long, a live
   *     server or another file is in its place
   */
  public static AdminSocket open(
      DataDirectory directory, AdminCommands commands, AdminLimits limits) {
    Path file = directory.adminSocket();
    AdminSocket socket = new AdminSocket(file, SocketFile.listen(file), commands, limits);
    socket.acceptor.start();
    return socket;
  }

  private void accept() {
    while (listener.isOpen()) {
      try {
        serve(listener.accept());
      } catch (IOException | RuntimeException e) {
        if (listener.isOpen()) {
          LOG.atWarn().setCause(e).log("The admin socket could not take a connection");
          pause();
        }
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_AFTER_FAILURE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void serve(SocketChannel channel) throws IOException {
    if (!places.tryAcquire()) {
      try (channel) {
        Answer busy =
            refusal(
                Exchange.REFUSED,
                "the server is busy with %d others".formatted(limits.connections()));
        AdminProtocol.send(channel, busy.line());
      }
      return;
    }
    connections.add(channel);
    var _ = workers.submit(() -> converse(channel));
  }

  private void converse(SocketChannel channel) {
    try (channel) {
      Answer answer = answer(channel);
      Future<?> deadline = after(limits.answerTime(), channel::close);
      AdminProtocol.send(channel, answer.line());
      deadline.cancel(false);
    } catch (IOException e) {
      LOG.atDebug().setCause(e).log("A caller of the admin socket left early");
    } catch (RuntimeException e) {
      LOG.atError().setCause(e).log("A request on the admin socket could not be handled");
    } finally {
      connections.remove(channel);
      places.release();
    }
  }

  private Answer answer(SocketChannel channel) throws IOException {
    AtomicBoolean late = new AtomicBoolean();
    Future<?> deadline =
        after(
            limits.requestTime(),
            () -> {
              late.set(true);
              channel.shutdownInput();
            });
    Received received = AdminProtocol.receive(channel, limits.requestBytes());
    deadline.cancel(false);
    return switch (received) {
      case Received.Line(ByteBuffer line) ->
          Request.read(line)
              .map(this::run)
              .orElseGet(() ->
                  refusal(
                      Exchange.USAGE, "the request is not {\"arguments\":[…],\"input\":\"…\"}"));
      case Received.TooLong() ->
          refusal(
              Exchange.USAGE,
              "the request has more than %d bytes".formatted(limits.requestBytes()));
      case Received.Ended _ when !late.get() ->
          refusal(Exchange.REFUSED, "the request ended before its line break");
      case Received.Ended _ ->
          refusal(
              Exchange.REFUSED,
              "the request did not arrive within " + limits.requestTime().toMillis() + " ms");
    };
  }

  private Answer run(Request request) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int exit =
        commands.run(
            request.arguments(),
            new StringReader(request.input()),
            new PrintWriter(out),
            new PrintWriter(err));
    return new Answer(exit, out.toString(), err.toString());
  }

  private static Answer refusal(int exit, String problem) {
    StringWriter err = new StringWriter();
    Exchange.complain(new PrintWriter(err), problem);
    return new Answer(exit, "", err.toString());
  }

  private interface Cut {
    void run() throws IOException;
  }

  private Future<?> after(Duration time, Cut cut) {
    return deadlines.schedule(
        () -> {
          try {
            cut.run();
          } catch (IOException e) {
            LOG.atDebug().setCause(e).log("A connection of the admin socket was gone already");
          }
        },
        time.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /**
   * Stops listening and waits for the commands that run; requests that are still on their way are
   * cut off.
   */
  @Override
  public void close() {
    try {
      listener.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new AdminException("the admin socket " + file + " can't be closed: " + e, e);
    } finally {
      finish();
    }
  }

  private void finish() {
    try {
      acceptor.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (SocketChannel connection : connections) {
      try {
        connection.shutdownInput();
      } catch (IOException e) {
        LOG.atDebug().setCause(e).log("A connection of the admin socket was gone already");
      }
    }
    workers.close();
    deadlines.shutdownNow();
  }
}
