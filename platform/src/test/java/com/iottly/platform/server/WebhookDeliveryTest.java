package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.server.TestEndpoint.Request;
import com.iottly.platform.server.TestPlatform.Provisioned;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What an endpoint gets, over real devices, stores and sockets. */
class WebhookDeliveryTest extends WebhookFixture {

  @Test
  void aMessageComesInItsEnvelopeAsThePaginatedCallShowsIt() throws Exception {
    create();
    Provisioned device = platform.provision("pump");
    send(device, 1, 1);
    Request request = endpoint.next();
    assertThat(request.path()).isEqualTo("/hook");
    assertThat(request.headers()).containsEntry("content-type", "application/json");
    JsonNode shown =
        ok(platform.get(platform.device(device.id()) + "/messages/paginated?type=userdefined"))
            .at("/messages/0");
    JsonNode body = TestPlatform.JSON.readTree(request.body());
    assertThat(Answers.fields(body)).containsExactly("msg");
    assertThat(body.get("msg")).isEqualTo(shown);
  }

  @Test
  void withPayloadOnlyTheBodyIsThePayload() throws Exception {
    create(definition(endpoint.url()).put("payload_only", true));
    send(platform.provision("pump"), 1, 1);
    assertThat(endpoint.next().body()).isEqualTo("{\"n\":1}");
  }

  @Test
  void theTypeAndTheChannelSelect() throws Exception {
    create(definition(endpoint.url()).put("channel", "alarms"));
    try (TestEndpoint agents = new TestEndpoint()) {
      create(definition(agents.url()).put("type", "iottly"));
      Provisioned device = platform.provision("pump");
      try (TestDevice link = TestDevice.hello(platform, device.token(), 1)) {
        link.sendMessage(1, "{\"n\":1}");
        link.sendMessage(2, "alarms", "{\"n\":2}");
        link.sendMessage(3, "alarms/2", "{\"n\":3}");
        link.sendMessage(4, "alarms", "{\"n\":4}");
        awaitNumbers(2, 4);
      }
      assertThat(agents.next().body()).contains("\"connectionstatus\":\"connected\"");
      assertThat(agents.next().body()).contains("\"connectionstatus\":\"disconnected\"");
    }
    assertThat(numbers()).containsExactly(2, 4);
  }

  @Test
  void customHeadersGoAlong() throws Exception {
    var definition = definition(endpoint.url());
    definition.putArray("headers").addObject().put("name", "X-Api-Key").put("value", "s3cret key");
    create(definition);
    send(platform.provision("pump"), 1, 1);
    assertThat(endpoint.next().headers()).containsEntry("x-api-key", "s3cret key");
  }

  @Test
  void aRefusedMessageHoldsUpItsDeviceOnlyAndKeepsItsIdAndPlace() throws Exception {
    String hook = create();
    Provisioned troubled = platform.provision("troubled");
    Provisioned fine = platform.provision("fine");
    endpoint.answers(request -> request.body().contains(troubled.id()) ? 500 : 200);
    send(troubled, 1, 20);
    send(fine, 101, 120);
    awaitNumbers(IntStream.rangeClosed(101, 120).boxed().toArray(Integer[]::new));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(show(hook).get("parked_devices").intValue()).isEqualTo(1));
    endpoint.answers(200);
    send(troubled, 21, 25);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).hasSize(45));
    assertThat(numbers().subList(20, 45)).isEqualTo(IntStream.rangeClosed(1, 25).boxed().toList());
    assertThat(endpoint.taken()).hasSize(45);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(show(hook).get("parked_devices").intValue()).isZero());
    JsonNode log = ok(call("GET", "/" + hook + "/deliveries?limit=100", ""));
    List<JsonNode> first =
        log.get("deliveries")
            .valueStream()
            .filter(line -> line.get("device").asText().equals(troubled.id()))
            .toList();
    assertThat(first).anyMatch(line -> line.get("status").intValue() == 500);
    assertThat(first.getFirst().get("answer").asText()).isEqualTo("thank you");
  }

  @Test
  void aRestartLosesNothingAndRepeatsNothing() throws Exception {
    String hook = create();
    Provisioned parked = platform.provision("parked");
    Provisioned fine = platform.provision("fine");
    endpoint.answers(request -> request.body().contains(parked.id()) ? 503 : 200);
    send(parked, 1, 10);
    send(fine, 101, 130);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).hasSize(30));
    platform.restart();
    endpoint.answers(200);
    send(fine, 131, 140);
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers()).hasSize(50));
    assertThat(endpoint.taken()).hasSize(50);
    assertThat(numbers().stream().filter(number -> number < 100))
        .containsExactlyElementsOf(IntStream.rangeClosed(1, 10).boxed().toList());
    assertThat(numbers().stream().filter(number -> number > 100))
        .containsExactlyElementsOf(IntStream.rangeClosed(101, 140).boxed().toList());
    assertThat(show(hook).get("state").asText()).isEqualTo("active");
  }

  @Test
  void aPausedWebhookHoldsItsMessagesAndAResumedOneSendsThem() throws Exception {
    String hook = create();
    Provisioned device = platform.provision("pump");
    send(device, 1, 3);
    awaitNumbers(1, 2, 3);
    assertThat(ok(call("POST", "/" + hook + "/pause", "")).get("state").asText())
        .isEqualTo("paused");
    send(device, 4, 8);
    platform.restart();
    assertThat(show(hook).get("state").asText()).isEqualTo("paused");
    assertThat(numbers()).containsExactly(1, 2, 3);
    assertThat(ok(call("POST", "/" + hook + "/resume", "")).get("state").asText())
        .isEqualTo("active");
    awaitNumbers(1, 2, 3, 4, 5, 6, 7, 8);
  }

  @Test
  void goneDisablesTheWebhookWithAReasonAndResumingGoesOn() throws Exception {
    String hook = create();
    endpoint.answers(410);
    Provisioned device = platform.provision("pump");
    send(device, 1, 3);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(show(hook).get("state").asText()).isEqualTo("disabled"));
    assertThat(show(hook).get("reason").asText()).contains("410");
    endpoint.answers(200);
    ok(call("POST", "/" + hook + "/resume", ""));
    awaitNumbers(1, 2, 3);
  }

  @Test
  void aReplaySendsEverythingSinceThatTimeAgainUnderTheSameIds() throws Exception {
    String hook = create();
    Provisioned device = platform.provision("pump");
    send(device, 1, 5);
    awaitNumbers(1, 2, 3, 4, 5);
    List<String> before = endpoint.taken().stream().map(Request::id).toList();
    ok(call("POST", "/" + hook + "/replay", "{\"since\": \"2020-01-01\"}"));
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(endpoint.taken()).hasSize(10));
    assertThat(endpoint.taken().subList(5, 10).stream().map(Request::id)).isEqualTo(before);
    send(device, 6, 6);
    awaitNumbers(1, 2, 3, 4, 5, 6);
  }

  @Test
  void anotherProjectsMessagesStayWhereTheyAre() throws Exception {
    create();
    String other = platform.admin("project", "create", "Other", "--json").get("id").asText();
    assertThat(other).isNotEqualTo(platform.project());
    send(platform.provision("pump"), 1, 1);
    awaitNumbers(1);
  }
}
