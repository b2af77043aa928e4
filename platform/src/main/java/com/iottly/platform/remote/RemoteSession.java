package com.iottly.platform.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.gateway.ChannelListener;
import com.iottly.platform.gateway.DeviceChannel;
import com.iottly.platform.gateway.DeviceLinks.Opening;
import com.iottly.wire.Payload;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A client's use of a service of a device. What is public is for the client's end: any thread, and
 * it never waits.
 *
 * <pre>
 *   state      on                                    goes to
 *   OPENING    OPENED                                OPEN
 *              END, link lost, too late              over (refused)
 *   OPEN       link lost, and it can be resumed      WAITING
 *              END, close, link lost, a limit        over
 *   WAITING    the device is back                    REOPENING
 *              grace is over, close                  over
 *   REOPENING  OPENED                                OPEN
 *              link lost                             WAITING
 *              END, close, too late                  over
 * </pre>
 */
public final class RemoteSession {

  private enum State {
    OPENING,
    OPEN,
    WAITING,
    REOPENING,
    OVER
  }

  private final RemoteSessions room;
  private final RemoteLimits limits;
  private final Occasion occasion;
  private final RemoteClient client;
  private final long startedAt;

  private final Flow toClient;
  private final Input input;
  private State state = State.OPENING;
  private long stateAt;
  private long lostAt;
  private long lastTraffic;
  private int wordsToClient;

  private @Nullable DeviceChannel channel;
  private @Nullable ChannelListener heard;

  /** What the device calls the session, when it can be resumed. */
  private @Nullable String resumable;

  private Duration grace = Duration.ZERO;

  /** Up to where the service's output has come, as the device counts it. */
  private long position;

  RemoteSession(RemoteSessions room, Occasion occasion, RemoteClient client) {
    this.room = room;
    this.limits = room.limits();
    this.occasion = occasion;
    this.client = client;
    this.startedAt = room.nanoTime();
    this.stateAt = startedAt;
    this.lastTraffic = startedAt;
    this.toClient = new Flow(limits.windowBytes());
    this.input = new Input(new Flow(limits.windowBytes()));
  }

  Occasion occasion() {
    return occasion;
  }

  synchronized RemoteView view() {
    RemoteView.State shown =
        switch (state) {
          case OPENING -> RemoteView.State.OPENING;
          case OPEN, OVER -> RemoteView.State.OPEN;
          case WAITING, REOPENING -> RemoteView.State.WAITING;
        };
    return new RemoteView(
        occasion.id(),
        occasion.visitor().project(),
        occasion.device(),
        occasion.service(),
        occasion.visitor().actor(),
        occasion.since(),
        shown,
        input.flow().arrived(),
        toClient.arrived());
  }

  /** Asks the device; the client hears what becomes of it. */
  synchronized void open(ObjectNode arguments, int credit) {
    toClient.grant(credit);
    switch (connect(arguments)) {
      case Opening.UnderWay _ -> {}
      case Opening.NotConnected _ ->
          refuse("device_offline", "The device is not connected. Try again when it is.");
      case Opening.NotSpoken _ ->
          refuse(
              "not_supported", "The agent on this device is too old for this. Update the agent.");
    }
  }

  private Opening connect(ObjectNode arguments) {
    Visitor visitor = occasion.visitor();
    arguments.putObject("by").put("name", visitor.name()).put("address", visitor.actor().address());
    ChannelListener listener = new DeviceVoice(this);
    Opening opening =
        room.links()
            .open(
                occasion.device(),
                occasion.service(),
                !RemoteSessions.isInteractive(occasion.service()),
                toClient.passOn(),
                Payload.of(arguments.toString()),
                listener);
    if (opening instanceof Opening.UnderWay(DeviceChannel opened)) {
      channel = opened;
      heard = listener;
    }
    return opening;
  }

  /** The client sends bytes. */
  public synchronized void data(ByteBuffer bytes) {
    if (state == State.OVER) {
      return;
    }
    if (!input.add(bytes)) {
      end("credit_exceeded", "More bytes came than there was credit for.");
      return;
    }
    forward();
  }

  /** The client sends a word. */
  public synchronized void control(Payload control) {
    if (state == State.OVER) {
      return;
    }
    if (input.add(control) > limits.controls()) {
      end("too_many_controls", "Controls come faster than the device takes them.");
      return;
    }
    forward();
  }

  /** The client takes so many bytes more. */
  public synchronized void credit(int bytes) {
    if (state == State.OVER) {
      return;
    }
    if (!toClient.grant(bytes)) {
      end("credit_exceeded", "The credit is over 2^31-1.");
      return;
    }
    giveCreditToDevice();
  }

  /** The client has had enough. */
  public synchronized void close() {
    if (state == State.OPENING) {
      end("closed", "It was closed before it was open.");
    } else {
      finish("closed", "closed", Payload.of("{}"));
    }
  }

  /** The client is gone, and may come back for what can be resumed. */
  public synchronized void clientLost() {
    finish(resumable == null ? "closed" : "lost", "client_lost", null);
  }

  /** Somebody else, or a limit, ends it. */
  synchronized void end(String code, String sentence) {
    if (state == State.OPENING) {
      endOnDevice(code);
      refuse(code, sentence);
    } else {
      finish(code, code, Payload.of(RemoteSessions.object().put("error", sentence).toString()));
    }
  }

  /** The device is told one reason, and the client the other with a result, unless it is gone. */
  private void finish(String onDevice, String code, @Nullable Payload result) {
    if (state == State.OVER) {
      return;
    }
    endOnDevice(onDevice);
    over(code);
    if (result != null) {
      client.closed(code, result);
    }
  }

  private void endOnDevice(String code) {
    DeviceChannel open = channel;
    if (open != null && heard != null) {
      open.end(code);
    }
  }

  private void refuse(String code, String sentence) {
    over(code);
    client.refused(code, sentence);
  }

  private void over(String how) {
    state = State.OVER;
    channel = null;
    heard = null;
    input.clear();
    room.over(this, how, Duration.ofNanos(room.nanoTime() - startedAt));
  }

  private void forward() {
    lastTraffic = room.nanoTime();
    DeviceChannel open = channel;
    if (state == State.OPEN && open != null) {
      input.forward(open, this::takenByDevice, this::wordTakenByDevice);
    }
  }

  private synchronized void takenByDevice(int bytes) {
    input.flow().take(bytes);
    giveCreditToClient();
  }

  private synchronized void wordTakenByDevice() {
    input.wordTaken();
  }

  private synchronized void takenByClient(int bytes) {
    toClient.take(bytes);
    giveCreditToDevice();
  }

  private synchronized void wordTakenByClient() {
    wordsToClient--;
  }

  private void giveCreditToClient() {
    if (state == State.OPEN) {
      int credit = input.flow().passOn();
      if (credit > 0) {
        client.credit(credit);
      }
    }
  }

  private void giveCreditToDevice() {
    DeviceChannel open = channel;
    if (state == State.OPEN && open != null) {
      int credit = toClient.passOn();
      if (credit > 0) {
        open.credit(credit);
      }
    }
  }

  private void enter(State next) {
    state = next;
    stateAt = room.nanoTime();
  }

  /** Looks whether something takes too long; the room's clock. */
  synchronized void check() {
    long now = room.nanoTime();
    Duration here = Duration.ofNanos(now - stateAt);
    switch (state) {
      case OPENING, REOPENING -> {
        if (here.compareTo(limits.openTimeout()) >= 0) {
          end("no_answer", "The device did not answer in time.");
        }
      }
      case WAITING -> {
        if (now - lostAt >= grace.toNanos()) {
          end("link_lost", "The device did not come back in time.");
        } else {
          resume();
        }
      }
      case OPEN -> {
        if (now - lastTraffic >= limits.idle().toNanos()) {
          end("idle", "Nothing went either way for %s.".formatted(limits.idle()));
        } else if (now - startedAt >= limits.longest().toNanos()) {
          end("too_long", "A session may be open for %s.".formatted(limits.longest()));
        } else {
          giveCreditToClient();
          giveCreditToDevice();
        }
      }
      case OVER -> {}
    }
  }

  private void resume() {
    ObjectNode arguments = RemoteSessions.object();
    arguments.put("resume", resumable).put("received", position);
    toClient.newSender();
    if (connect(arguments) instanceof Opening.UnderWay) {
      enter(State.REOPENING);
    }
  }

  /**
   * The device says something; the listener runs it with the lock held, while it is the present.
   */
  void onOpened(int credit, Payload info) {
    JsonNode said = RemoteSessions.read(info);
    resumable = said.path("session").textValue();
    Duration offered = Duration.ofSeconds(Math.max(0, said.path("grace").asLong(0)));
    grace = offered.compareTo(limits.grace()) < 0 ? offered : limits.grace();
    position = said.path("position").asLong(position);
    boolean again = state == State.REOPENING;
    input.flow().newTaker(credit);
    enter(State.OPEN);
    if (again) {
      client.resumed(info);
      forward();
      giveCreditToClient();
      giveCreditToDevice();
    } else {
      client.opened(occasion.id(), input.flow().passOn(), info);
    }
  }

  void onData(ByteBuffer bytes) {
    int size = bytes.remaining();
    lastTraffic = room.nanoTime();
    position += size;
    boolean _ = toClient.arrive(size);
    toClient.forward(size);
    client.data(bytes, () -> takenByClient(size));
  }

  void onCredit(int bytes) {
    if (!input.flow().grant(bytes)) {
      end("failed", "The device gave a credit of over 2^31-1.");
      return;
    }
    forward();
    giveCreditToClient();
  }

  void onControl(Payload control) {
    wordsToClient++;
    if (wordsToClient > limits.controls()) {
      end("too_many_controls", "Controls come faster than the client takes them.");
      return;
    }
    client.control(control, this::wordTakenByClient);
  }

  void onEnded(String code, Payload result) {
    heard = null;
    if (state == State.OPENING) {
      refuse(code, RemoteSessions.read(result).path("error").asText("The device refused it."));
    } else {
      finish(code, code, result);
    }
  }

  void onLinkLost() {
    heard = null;
    channel = null;
    if (state == State.OPENING) {
      refuse("device_offline", "The device has just lost its connection.");
    } else if (resumable == null) {
      end("link_lost", "The device lost its connection.");
    } else {
      boolean wasOpen = state == State.OPEN;
      enter(State.WAITING);
      if (wasOpen) {
        lostAt = stateAt;
        client.interrupted();
      }
    }
  }

  /** Runs it if that listener's channel is the present one; nothing counts that others say. */
  @SuppressWarnings("ReferenceEquality") // that very one
  synchronized void ifPresent(ChannelListener listener, Runnable heed) {
    if (heard == listener) {
      heed.run();
    }
  }
}
