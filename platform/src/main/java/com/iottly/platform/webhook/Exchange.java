package com.iottly.platform.webhook;

import io.netty.handler.codec.DecoderException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.net.ConnectException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, within a time for all of it. The status decides (contract §4): once
 * it is there, what is wrong with the rest of the answer changes nothing. Of the body so much is
 * read as a person needs to see, and little more.
 */
final class Exchange {

  private static final int EXCERPT = 1_024;
  private static final int MAX_BODY = 16 << 10;
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");
  private static final Pattern NOT_TEXT = Pattern.compile("[\\p{Cntrl}\\ufffd&&[^\\n\\t]]");

  private final Vertx vertx;
  private final InstantSource clock;
  private final Duration timeout;
  private final Consumer<Attempt> done;
  private final Instant begun;
  private final long start = System.nanoTime();
  private final long timer;
  private final AtomicBoolean over = new AtomicBoolean();
  private final Buffer body = Buffer.buffer();
  private int length;
  private volatile @Nullable HttpClientRequest request;
  private volatile @Nullable HttpClientResponse response;

  Exchange(Vertx vertx, InstantSource clock, Duration timeout, Consumer<Attempt> done) {
    this.vertx = vertx;
    this.clock = clock;
    this.timeout = timeout;
    this.done = done;
    this.begun = Instant.ofEpochMilli(clock.millis());
    this.timer = vertx.setTimer(timeout.toMillis(), _ -> onTimeout());
  }

  void begin(Future<HttpClientRequest> connected, Buffer content) {
    connected
        .onSuccess(opened -> {
          request = opened;
          if (over.get()) {
            cut();
          } else {
            send(opened, content);
          }
        })
        .onFailure(this::onFailure);
  }

  private void send(HttpClientRequest opened, Buffer content) {
    opened.send(content).onSuccess(this::onResponse).onFailure(this::onFailure);
  }

  private void onResponse(HttpClientResponse answer) {
    response = answer;
    answer
        .handler(chunk -> {
          if (body.length() < EXCERPT) {
            body.appendBuffer(chunk.slice(0, Math.min(chunk.length(), MAX_BODY)));
          }
          length += chunk.length();
          if (length > MAX_BODY) {
            end(answer);
            cut();
          }
        })
        .exceptionHandler(_ -> end(answer))
        .endHandler(_ -> end(answer));
  }

  private void onTimeout() {
    HttpClientResponse answer = response;
    if (answer != null) {
      end(answer);
    } else {
      fail("no answer within " + timeout.toMillis() / 1_000.0 + " s");
    }
    cut();
  }

  private void cut() {
    HttpClientRequest opened = request;
    if (opened != null) {
      var _ = opened.reset();
    }
  }

  private void end(HttpClientResponse answer) {
    int status = answer.statusCode();
    String problem = null;
    if (status >= 300 && status < 400) {
      problem = "answered " + status + ", a redirect, which is not followed";
    } else if (status < 200 || status >= 300) {
      problem = "answered " + status;
    }
    String text = body.getString(0, Math.min(body.length(), EXCERPT), "UTF-8");
    finish(status, problem, NOT_TEXT.matcher(text).replaceAll("?"), retryAfter(answer));
  }

  private @Nullable Duration retryAfter(HttpClientResponse answer) {
    String value = answer.getHeader(HttpHeaders.RETRY_AFTER);
    if (value == null) {
      return null;
    }
    if (SECONDS.matcher(value).matches()) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      Instant moment = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(clock.instant(), moment);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeException e) {
      return null;
    }
  }

  private void onFailure(Throwable failure) {
    fail(problem(failure));
    cut();
  }

  /** It could not be sent, or was not answered. */
  void fail(String problem) {
    finish(null, problem, "", null);
  }

  private void finish(
      @Nullable Integer status,
      @Nullable String problem,
      String excerpt,
      @Nullable Duration retryAfter) {
    if (over.compareAndSet(false, true)) {
      vertx.cancelTimer(timer);
      Duration took = Duration.ofMillis((System.nanoTime() - start) / 1_000_000);
      done.accept(new Attempt(begun, took, status, problem, excerpt, retryAfter));
    }
  }

  private static String problem(Throwable failure) {
    List<Throwable> causes = new ArrayList<>();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      causes.add(cause);
    }
    // The deepest cause says most.
    for (Throwable cause : causes.reversed()) {
      switch (cause) {
        case CertificateExpiredException expired -> {
          return "its certificate is not accepted: it has expired, " + firstLine(expired);
        }
        case CertificateException certificate -> {
          return "its certificate is not accepted: " + firstLine(certificate);
        }
        case SSLException tls -> {
          return "no TLS connection: " + firstLine(tls);
        }
        case ConnectException refused -> {
          return firstLine(refused).contains("refused")
              ? "it can't be reached: connection refused"
              : "it can't be reached: " + firstLine(refused);
        }
        case DecoderException _, IllegalArgumentException _ -> {
          return "what it answered can't be read as HTTP";
        }
        default -> {}
      }
    }
    return "the connection ended before the answer: " + firstLine(failure);
  }

  private static String firstLine(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    String line = message.lines().findFirst().orElse("");
    return line.length() <= 200 ? line : line.substring(0, 200) + "…";
  }
}
