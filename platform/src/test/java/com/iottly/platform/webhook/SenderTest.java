package com.iottly.platform.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.server.TestEndpoint;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which address a request goes to, whatever the name servers say. */
class SenderTest {

  private final EndpointPolicy policy =
      EndpointPolicy.of(List.of("127.0.0.1"), true, Optional.empty());
  private final AtomicInteger lookUps = new AtomicInteger();
  private Vertx vertx;
  private TestEndpoint endpoint;

  @BeforeEach
  void open() {
    vertx = Vertx.vertx();
    endpoint = new TestEndpoint();
  }

  @AfterEach
  void close() {
    endpoint.close();
    vertx.close().await();
  }

  /** The name is here at first, and elsewhere from then on. */
  private InetAddress[] rebinding(String host) throws UnknownHostException {
    if (!host.equals("hook.example")) {
      throw new UnknownHostException(host);
    }
    String address = lookUps.incrementAndGet() == 1 ? "127.0.0.1" : "169.254.169.254";
    return new InetAddress[] {InetAddress.ofLiteral(address)};
  }

  private Attempt send(Sender sender, String host) throws Exception {
    Endpoint target = new Endpoint(false, host, endpoint.port(), "/hook?a=b", List.of());
    Envelope envelope = new Envelope("id", Instant.EPOCH, Buffer.buffer("{}"), "v1,x");
    CompletableFuture<Attempt> attempt = new CompletableFuture<>();
    sender.send(target, envelope, attempt::complete);
    return attempt.get(15, TimeUnit.SECONDS);
  }

  private Sender sender() {
    return new Sender(
        vertx,
        new AddressGuard(policy, this::rebinding),
        policy,
        InstantSource.system(),
        Duration.ofSeconds(10));
  }

  @Test
  void theConnectionGoesToTheAddressThatWasCheckedAndTheNameStaysInTheHost() throws Exception {
    try (Sender sender = sender()) {
      assertThat(send(sender, "hook.example").delivered()).isTrue();
      assertThat(send(sender, "hook.example").delivered()).isTrue();
      assertThat(lookUps).hasValue(1);
      TestEndpoint.Request request = endpoint.next();
      assertThat(request.path()).isEqualTo("/hook?a=b");
      assertThat(request.headers()).containsEntry("host", "hook.example:" + endpoint.port());
    }
  }

  @Test
  void aNameThatCameToMeanAnInnerAddressIsNotFollowedThere() throws Exception {
    lookUps.set(1);
    try (Sender sender = sender()) {
      Attempt attempt = send(sender, "hook.example");
      assertThat(attempt.delivered()).isFalse();
      assertThat(attempt.problem()).contains("169.254.169.254", "webhook.allow");
      assertThat(endpoint.taken()).isEmpty();
    }
  }

  @Test
  void aNameThatCannotBeResolvedIsAFailure() throws Exception {
    try (Sender sender = sender()) {
      assertThat(send(sender, "nowhere.example").problem()).contains("nowhere.example");
    }
  }
}
