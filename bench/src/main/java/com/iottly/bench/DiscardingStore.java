package com.iottly.bench;

import com.iottly.platform.core.AppendOutcome;
import com.iottly.platform.core.Command;
import com.iottly.platform.core.CommandId;
import com.iottly.platform.core.CommandLog;
import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.History;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.Presence;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.core.ProjectUsage;
import com.iottly.platform.core.Retention;
import com.iottly.platform.core.RetentionPolicy;
import com.iottly.platform.core.RetentionReport;
import com.iottly.platform.core.Store;
import com.iottly.platform.core.Uplink;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Says yes to everything and keeps nothing. */
final class DiscardingStore implements Store, Journal, CommandLog, History, Retention {

  private static final Cursor NOWHERE = new Cursor("");

  private final AtomicLong fences = new AtomicLong();

  @Override
  public Journal journal() {
    return this;
  }

  @Override
  public CommandLog commandLog() {
    return this;
  }

  @Override
  public History history() {
    return this;
  }

  @Override
  public Retention retention() {
    return this;
  }

  @Override
  public Optional<String> problem() {
    return Optional.empty();
  }

  @Override
  public void close() {}

  @Override
  public CompletableFuture<Opened> open(ProjectId project, DeviceId device, Epoch epoch) {
    return CompletableFuture.completedFuture(new Opened.Stream(fences.incrementAndGet(), 0));
  }

  @Override
  public CompletableFuture<AppendOutcome> append(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long first,
      List<Uplink> entries) {
    return appended(first + entries.size() - 1);
  }

  @Override
  public CompletableFuture<AppendOutcome> appendGap(
      ProjectId project,
      DeviceId device,
      long fence,
      Epoch epoch,
      long from,
      long through,
      String reason) {
    return appended(through);
  }

  @Override
  public CompletableFuture<AppendOutcome> appendPresence(
      ProjectId project, DeviceId device, long fence, Presence presence) {
    return appended(0);
  }

  @Override
  public CompletableFuture<AppendOutcome> appendNote(
      ProjectId project, DeviceId device, Payload payload) {
    return appended(0);
  }

  private static CompletableFuture<AppendOutcome> appended(long through) {
    return CompletableFuture.completedFuture(new AppendOutcome.Appended(through));
  }

  @Override
  public Cursor head() {
    return NOWHERE;
  }

  @Override
  public Cursor tail() {
    return NOWHERE;
  }

  @Override
  public Slice read(Cursor after, int limit) {
    return new Slice(List.of(), after);
  }

  @Override
  public Slice read(Cursor after, Set<ProjectId> projects, int limit) {
    return new Slice(List.of(), after);
  }

  @Override
  public Cursor before(ProjectId project, Instant timestamp) {
    return NOWHERE;
  }

  @Override
  public Cursor earlier(Cursor one, Cursor other) {
    return one;
  }

  @Override
  public Cursor advance(Cursor reader, Entry entry) {
    return reader;
  }

  @Override
  public boolean leadsTo(Cursor cursor, long position) {
    return false;
  }

  @Override
  public Subscription onAppend(Runnable listener) {
    return () -> {};
  }

  @Override
  public Optional<Created> repeat(NewCommand command) {
    return Optional.empty();
  }

  @Override
  public CompletableFuture<Created> create(NewCommand command) {
    return CompletableFuture.completedFuture(new Created.Unavailable("nothing is kept here"));
  }

  @Override
  public CompletableFuture<Optional<Command>> change(CommandId id, CommandState state) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public Optional<Command> find(CommandId id) {
    return Optional.empty();
  }

  @Override
  public List<Command> pending(DeviceId device, int limit) {
    return List.of();
  }

  @Override
  public int pendingCount(DeviceId device) {
    return 0;
  }

  @Override
  public List<Command> list(DeviceId device, @Nullable CommandId before, int limit) {
    return List.of();
  }

  @Override
  public List<Command> due(Instant moment, int limit) {
    return List.of();
  }

  @Override
  public Optional<Instant> newest(DeviceId device) {
    return Optional.empty();
  }

  @Override
  public Scan scan(DeviceId device, Range range) {
    return new Scan() {
      @Override
      public long skip(long count) {
        return 0;
      }

      @Override
      public @Nullable Message next() {
        return null;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public RetentionReport run(
      Function<ProjectId, RetentionPolicy> policies, Witness witness, long maxEntries) {
    return new RetentionReport(0, 0, 0, true);
  }

  @Override
  public ProjectUsage usage(ProjectId project) {
    return new ProjectUsage(0, 0);
  }

  @Override
  public void deleteProject(ProjectId project) {}

  @Override
  public void deleteDevice(DeviceId device) {}
}
