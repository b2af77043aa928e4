package com.iottly.platform.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.iottly.platform.core.DeviceId;
import com.iottly.wire.Payload;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Notices that two machines use one device's identity: a machine whose connection was taken over by
 * another comes back and takes over in turn. A device that reconnects, restarts or changes its
 * network only ever takes over from itself, or from what it was and never will be again. Any
 * thread.
 */
final class Rivalry {

  /** How long a machine that was taken over is remembered, and how often a fight is reported. */
  static final Duration MEMORY = Duration.ofHours(1);

  static final int MAX_REMEMBERED = 10_000;

  private final Cache<DeviceId, Rival> takenOver;
  private final Cache<DeviceId, Boolean> reported;

  Rivalry(LongSupplier nanoClock) {
    this.takenOver = cache(nanoClock);
    this.reported = cache(nanoClock);
  }

  private static <V> Cache<DeviceId, V> cache(LongSupplier nanoClock) {
    return Caffeine.newBuilder()
        .expireAfterWrite(MEMORY)
        .maximumSize(MAX_REMEMBERED)
        .ticker(nanoClock::getAsLong)
        .build();
  }

  /** One connection took over from another; answers what the history should say about it, if so. */
  Optional<Payload> takeOver(DeviceId device, Rival older, Rival newer) {
    if (older.isSameMachineAs(newer)) {
      return Optional.empty();
    }
    Rival before = takenOver.asMap().put(device, older);
    boolean cameBack = before != null && before.isSameMachineAs(newer);
    return cameBack && reported.asMap().putIfAbsent(device, true) == null
        ? Optional.of(note(older, newer))
        : Optional.empty();
  }

  private static Payload note(Rival older, Rival newer) {
    var conflict =
        new JsonObject()
            .put("machines", new JsonArray().add(older.shown()).add(newer.shown()))
            .put(
                "advice",
                "Two machines use this device's identity and cut each other off. Run 'iottly-agent"
                    + " provision' on the one that is not meant to be this device.");
    return Payload.of(new JsonObject().put("identityconflict", conflict).encode());
  }
}
