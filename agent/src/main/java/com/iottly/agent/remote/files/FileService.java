package com.iottly.agent.remote.files;

import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Priority;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Service;
import com.iottly.agent.channel.Session;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.log.Log;
import com.iottly.agent.remote.policy.AllowedPaths;
import com.iottly.agent.remote.policy.Arguments;
import com.iottly.agent.remote.policy.Place;
import com.iottly.agent.remote.policy.Refusals;
import com.iottly.agent.remote.policy.Seats;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists, sends and takes files that the configuration allows; a channel for each. */
public final class FileService implements Service {

  /** What the service is called. */
  public static final String NAME = "files";

  private final InstantSource clock;
  private final Log log;
  private final Seats<FileSession> seats = new Seats<>("[remote] files_sessions");
  private volatile Rules rules;

  /** The configuration, with its lists as they are looked up. */
  private record Rules(RemoteConfig.Files config, AllowedPaths read, AllowedPaths write) {
    static Rules of(RemoteConfig.Files config) {
      List<Path> readable =
          Stream.concat(config.read().stream(), config.write().stream()).distinct().toList();
      return new Rules(
          config,
          AllowedPaths.of("files_read", readable),
          AllowedPaths.of("files_write", config.write()));
    }

    AllowedPaths paths(boolean writes) throws RefusedException {
      if (!config.enabled()) {
        throw Refusals.disabled(NAME);
      }
      return writes ? write : read;
    }
  }

  /**
   * @param clock tells how old what was left of uploads is
   */
  public FileService(RemoteConfig.Files config, InstantSource clock, Log log) {
    this.rules = Rules.of(config);
    this.clock = clock;
    this.log = log;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Priority priority() {
    return Priority.BULK;
  }

  /** From now on that counts; transfers that are not allowed any more are ended. */
  public void configure(RemoteConfig.Files changed) {
    rules = Rules.of(changed);
    seats.all().forEach(this::endUnlessAllowed);
  }

  private void endUnlessAllowed(FileSession session) {
    try {
      Path _ = rules.paths(session.writes()).require(session.path());
    } catch (RefusedException why) {
      session.end(why);
    }
  }

  @Override
  public Session open(Map<String, @Nullable Object> members, Channel channel)
      throws RefusedException, IOException {
    var arguments = new Arguments(members);
    String what = arguments.choice("do", List.of("list", "stat", "get", "put"));
    Rules now = rules;
    boolean writes = what.equals("put");
    AllowedPaths allowed = now.paths(writes);
    Path path = allowed.check(arguments.text("path"));
    var session = new FileSession(path, writes, channel, log, seats::leave);
    seats.take(session, now.config().sessions());
    Place place = null;
    try {
      place = allowed.open(path);
      session.start(transfer(what, place, arguments, channel, now.config().maxBytes()));
    } catch (RefusedException | IOException | RuntimeException e) {
      seats.leave(session);
      if (place != null) {
        place.close();
      }
      throw e;
    }
    if (!what.equals("list") && !what.equals("stat")) {
      log.info("%s: %s %s".formatted(arguments.by(), what, path));
    }
    endUnlessAllowed(session);
    return session;
  }

  private Transfer transfer(
      String what, Place place, Arguments arguments, Channel channel, long maxBytes)
      throws RefusedException, IOException {
    return switch (what) {
      case "get" ->
          Download.open(
              place,
              channel,
              arguments.number("offset", 0, 0, Long.MAX_VALUE),
              arguments.text("version", ""),
              maxBytes);
      case "put" -> Upload.open(place, request(arguments, maxBytes), clock.instant());
      default -> new Listing(place, what.equals("list"), channel);
    };
  }

  private static Upload.Request request(Arguments arguments, long maxBytes)
      throws RefusedException {
    long size = arguments.number("size", 0, Long.MAX_VALUE);
    if (size > maxBytes) {
      throw Sizes.tooLarge(size, maxBytes);
    }
    String sha256 = arguments.text("sha256");
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw arguments.bad("sha256", "64 hexadecimal digits in lower case");
    }
    return new Upload.Request(size, sha256, permissions(arguments));
  }

  private static @Nullable Set<PosixFilePermission> permissions(Arguments arguments)
      throws RefusedException {
    if (!arguments.has("mode")) {
      return null;
    }
    String mode = arguments.text("mode");
    if (!mode.matches("0?[0-7]{3}")) {
      throw arguments.bad("mode", "three octal digits, such as 644");
    }
    return FileEntry.permissions(Integer.parseInt(mode, 8));
  }
}
