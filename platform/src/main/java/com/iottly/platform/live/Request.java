package com.iottly.platform.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.DeviceId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What a client asks for. */
sealed interface Request {

  /**
   * The client's own name for its request.
   *
   * @param value a text or a whole number, or null when it gave none
   */
  record Id(@Nullable JsonNode value) {
    static final Id NONE = new Id(null);
  }

  Id id();

  /**
   * Events of its project.
   *
   * @param subscription the client's name for them
   * @param from where to begin
   */
  record Subscribe(Id id, String subscription, Selection selection, From from) implements Request {}

  /** No more of them. */
  record Unsubscribe(Id id, String subscription) implements Request {}

  /** Whether we are there. */
  record Ping(Id id) implements Request {}

  /**
   * A channel to a service of a device.
   *
   * @param channel the client's number for it, from 1
   * @param credit how many bytes the client takes for now
   */
  record Open(Id id, int channel, DeviceId device, String service, ObjectNode arguments, int credit)
      implements Request {}

  /** The client takes so many bytes more. */
  record Credit(Id id, int channel, int bytes) implements Request {}

  /** A word for the service. */
  record Control(Id id, int channel, ObjectNode control) implements Request {}

  /** No more of that channel. */
  record Close(Id id, int channel) implements Request {}

  /** Where a subscription begins. */
  sealed interface From {
    /** With what happens from now on. */
    record Now() implements From {}

    /** Behind that place. */
    record Behind(Cursor cursor) implements From {}

    /** With what happened at that moment. */
    record Moment(Instant instant) implements From {}
  }
}
