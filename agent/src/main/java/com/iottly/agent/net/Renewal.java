package com.iottly.agent.net;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigException;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.json.Json;
import com.iottly.agent.log.Log;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Gets the certificate that the platform issued anew when a third of its life is left, and a first
 * one when there is none: with what the agent connects with. An operator's own is left alone.
 *
 * <p>{@link #look} belongs to one thread and does not wait; OkHttp's thread takes the answer.
 */
public final class Renewal {

  private static final Duration FIRST_LOOK = Duration.ofMinutes(10);
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LOOKS = Duration.ofHours(1);
  private static final Duration NOT_ISSUED = Duration.ofDays(1);
  private static final int MAX_ANSWER_BYTES = 64 * 1024;

  private final Path configFile;
  private final InstantSource clock;
  private final LongSupplier nanoClock;
  private final Runnable renewed;
  private final Log log;
  private volatile long nextLook;
  private volatile long nextAsking;
  private volatile boolean asking;

  /**
   * @param renewed told when there is a new certificate, on a thread of OkHttp's
   */
  public Renewal(
      Path configFile,
      InstantSource clock,
      LongSupplier nanoClock,
      RandomGenerator random,
      Runnable renewed,
      Log log) {
    this.configFile = configFile;
    this.clock = clock;
    this.nanoClock = nanoClock;
    this.renewed = renewed;
    this.log = log;
    // Not all agents that start with a platform at once.
    this.nextAsking = nanoClock.getAsLong();
    this.nextLook = nextAsking + random.nextLong(SHORTEST.toNanos(), FIRST_LOOK.toNanos());
  }

  /**
   * Asks the platform when it is time.
   *
   * @param now whether to look although it is not time to look yet; asks once a minute even then
   */
  public void look(OkHttpClient client, AgentConfig config, boolean now) {
    long time = nanoClock.getAsLong();
    if (asking || time - (now ? nextAsking : nextLook) < 0) {
      return;
    }
    try {
      Duration left = left(config);
      if (left.isNegative() && config.connection().endpoint().getScheme().equals("wss")) {
        ask(client, config);
      } else {
        waitFor(left.isNegative() ? LOOKS : left);
      }
    } catch (ConfigException e) {
      ended("the certificate is not renewed: " + e.getMessage());
    }
  }

  private void ask(OkHttpClient client, AgentConfig config) {
    asking = true;
    nextAsking = nanoClock.getAsLong() + SHORTEST.toNanos();
    URI endpoint = config.connection().endpoint();
    KeyRequest key = KeyRequest.make();
    Request request =
        new Request.Builder()
            .url(endpoint.toString().replaceFirst("^ws", "http") + "/certificate")
            .header("Authorization", "Bearer " + config.agent().token())
            .post(RequestBody.create(key.pem(), MediaType.get("application/x-pem-file")))
            .build();
    boolean named = config.security().client().isPresent();
    client.newCall(request).enqueue(new Answer(key, named));
  }

  private void ended(String why) {
    waitFor(LOOKS);
    asking = false;
    log.warn(why);
  }

  /** Until a certificate of ours is to be renewed; negative when that is now. */
  private Duration left(AgentConfig config) {
    var files = config.security().client();
    if (files.isEmpty()) {
      return Duration.ofNanos(-1);
    }
    if (!files.get().certificate().equals(ConfigFile.certificateBeside(configFile))) {
      return LOOKS;
    }
    X509Certificate present = ClientCertificate.of(files.get()).certificate();
    Instant end = present.getNotAfter().toInstant();
    Duration life = Duration.between(present.getNotBefore().toInstant(), end);
    return Duration.between(clock.instant(), end.minus(life.dividedBy(3)));
  }

  private void waitFor(Duration time) {
    Duration pause = time.compareTo(LOOKS) > 0 ? LOOKS : time;
    nextLook = nanoClock.getAsLong() + Math.max(pause.toNanos(), SHORTEST.toNanos());
  }

  private final class Answer implements Callback {
    private final KeyRequest key;
    private final boolean named;

    /**
     * @param named whether the configuration names the certificate's file already
     */
    Answer(KeyRequest key, boolean named) {
      this.key = key;
      this.named = named;
    }

    @Override
    public void onFailure(Call call, IOException failure) {
      ended("the certificate is not renewed: " + failure.getMessage());
    }

    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        if (response.code() == 404) {
          nextLook = nanoClock.getAsLong() + NOT_ISSUED.toNanos();
          asking = false;
          return;
        }
        Map<String, ?> answer = Json.read(response.peekBody(MAX_ANSWER_BYTES).bytes());
        if (answer.get("certificate") instanceof String certificate) {
          keep(certificate);
        } else {
          ended("the certificate is not renewed: " + answer.get("error"));
        }
      } catch (IOException | IllegalArgumentException | ConfigException e) {
        ended("the certificate is not renewed: " + e.getMessage());
      }
    }

    private void keep(String certificate) throws IOException {
      Path file = ConfigFile.certificateBeside(configFile);
      key.keep(file, certificate);
      if (!named) {
        ConfigFile.read(configFile).withCertificate(Optional.of(file)).write(configFile);
      }
      waitFor(LOOKS);
      asking = false;
      log.info("the platform gave a new certificate, which counts from the next connection on");
      renewed.run();
    }
  }
}
