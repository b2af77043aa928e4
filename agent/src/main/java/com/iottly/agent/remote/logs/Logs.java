package com.iottly.agent.remote.logs;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.iottly.agent.channel.Channel;
import com.iottly.agent.channel.Priority;
import com.iottly.agent.channel.RefusedException;
import com.iottly.agent.channel.Service;
import com.iottly.agent.channel.Session;
import com.iottly.agent.config.RemoteConfig;
import com.iottly.agent.log.Log;
import com.iottly.agent.log.RotatingFile;
import com.iottly.agent.remote.policy.AllowedPaths;
import com.iottly.agent.remote.policy.Arguments;
import com.iottly.agent.remote.policy.Refusals;
import com.iottly.agent.remote.policy.Seats;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tails of logs: the agent's own, files, and units of systemd. What is allowed is looked up for
 * each; a change of the configuration ends the tails that are not allowed any more.
 */
public final class Logs implements Service {

  /** What the service is called. */
  public static final String NAME = "logs";

  private static final int MAX_LINES = 10_000;
  private static final int MAX_GREP = 256;

  /** From the least important on; for journald by their names in syslog(3). */
  private static final Map<Log.Level, String> PRIORITIES =
      Map.of(
          Log.Level.DEBUG, "debug",
          Log.Level.INFO, "info",
          Log.Level.WARN, "warning",
          Log.Level.ERROR, "err");

  private final LongSupplier nanoTime;
  private final Log log;
  private final Seats<Opened> seats = new Seats<>("[remote] log_sessions");
  private volatile Rules rules;

  /** The configuration, with its lists as they are looked up. */
  private record Rules(RemoteConfig.Logs config, AllowedPaths own, AllowedPaths files) {
    static Rules of(RemoteConfig.Logs config, Path ownLog) {
      return new Rules(
          config,
          AllowedPaths.of("log_files", List.of(ownLog, RotatingFile.numbered(ownLog, 1))),
          AllowedPaths.of("log_files", config.files()));
    }
  }

  /** What a tail is of; one of them is there, or none for the agent's own log. */
  private record Target(@Nullable String file, @Nullable String unit) {
    String name() {
      return unit != null ? unit : file != null ? file : "the agent's log";
    }
  }

  /** A tail on its way or open. */
  private static final class Opened {
    final Target target;
    volatile @Nullable Tail tail;

    Opened(Target target) {
      this.target = target;
    }
  }

  /**
   * @param ownLog the agent's log file
   */
  public Logs(RemoteConfig.Logs config, Path ownLog, LongSupplier nanoTime, Log log) {
    this.rules = Rules.of(config, ownLog);
    this.nanoTime = nanoTime;
    this.log = log;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Priority priority() {
    return Priority.INTERACTIVE;
  }

  /** From now on that counts, for open tails too. */
  public void configure(RemoteConfig.Logs changed, Path ownLog) {
    rules = Rules.of(changed, ownLog);
    for (Opened opened : seats.all()) {
      endUnlessAllowed(opened);
    }
  }

  private void endUnlessAllowed(Opened opened) {
    try {
      checkAllowed(opened.target, rules);
    } catch (RefusedException why) {
      Tail tail = opened.tail;
      if (tail != null) {
        tail.end(why);
      }
    }
  }

  @Override
  public Session open(Map<String, @Nullable Object> members, Channel channel)
      throws RefusedException {
    var arguments = new Arguments(members);
    Rules now = rules;
    Target target = target(arguments);
    checkAllowed(target, now);
    int count = (int) arguments.number("lines", 10, 0, MAX_LINES);
    boolean follow = arguments.flag("follow");
    Log.Level least = level(arguments);
    boolean own = target.file() == null && target.unit() == null;
    if (least != null && target.file() != null) {
      throw new RefusedException(
          "bad_argument", "level is for the agent's log and for units; use grep for files");
    }
    var lines =
        new Lines(
            channel, grep(arguments), own ? least : null, now.config().linesPerSecond(), nanoTime);
    var request = new Tail.Request(target.name(), source(target, least, now), count, follow);
    Opened opened = new Opened(target);
    seats.take(opened, now.config().sessions());
    Tail tail = new Tail(request, channel, lines, log, () -> seats.leave(opened));
    opened.tail = tail;
    tail.start();
    log.info("%s sees %s".formatted(arguments.by(), target.name()));
    endUnlessAllowed(opened);
    return tail;
  }

  private static Target target(Arguments arguments) throws RefusedException {
    if (arguments.has("file") && arguments.has("unit")) {
      throw new RefusedException("bad_argument", "either file or unit, or neither");
    }
    return new Target(
        arguments.has("file") ? arguments.text("file") : null,
        arguments.has("unit") ? arguments.text("unit") : null);
  }

  private static void checkAllowed(Target target, Rules rules) throws RefusedException {
    if (!rules.config().enabled()) {
      throw Refusals.disabled(NAME);
    }
    if (target.file() != null) {
      rules.files().check(target.file());
    } else if (target.unit() != null && !rules.config().allowsUnit(target.unit())) {
      throw Refusals.notAllowed("the unit " + target.unit(), "log_units");
    }
  }

  private static LineSource source(Target target, Log.@Nullable Level least, Rules rules)
      throws RefusedException {
    if (target.unit() != null) {
      return new JournalSource(target.unit(), least == null ? null : PRIORITIES.get(least));
    }
    return target.file() != null
        ? new FileSource(rules.files(), rules.files().check(target.file()))
        : new FileSource(rules.own(), rules.own().entry());
  }

  private static @Nullable Pattern grep(Arguments arguments) throws RefusedException {
    if (!arguments.has("grep")) {
      return null;
    }
    String text = arguments.text("grep");
    if (text.length() > MAX_GREP) {
      throw new RefusedException("bad_argument", "grep has over %d characters".formatted(MAX_GREP));
    }
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      throw new RefusedException(
          "bad_argument", "grep is no regular expression in RE2's syntax: " + e.getMessage());
    }
  }

  private static Log.@Nullable Level level(Arguments arguments) throws RefusedException {
    return arguments.has("level")
        ? Log.Level.valueOf(
            arguments
                .choice("level", List.of("debug", "info", "warn", "error"))
                .toUpperCase(Locale.ROOT))
        : null;
  }
}
