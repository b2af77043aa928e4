package com.iottly.platform.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.core.CommandState;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.core.Uplink;
import com.iottly.wire.CloseCode;
import com.iottly.wire.Frame.DeviceMessage;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UplinkDecoderTest {

  private static final String ID = "6f2c8f1e-9a54-4d6e-8f8e-0b5d4b0f8a11";

  @Test
  void aUserMessageKeepsItsPayloadByteForByte() {
    Payload payload = Payload.of("{ \"t\" : 21.50 }");
    var message = new DeviceMessage(Kind.USERDEFINED, 5, false, "alarms", payload);
    assertThat(UplinkDecoder.decode(message))
        .isEqualTo(
            new Uplink.NewMessage(
                MessageType.USERDEFINED, Instant.ofEpochMilli(5), false, "alarms", payload));
  }

  @Test
  void aReplyCarriesStateErrorAndResult() {
    assertThat(
            reply(
                "{\"x\":[1],\"id\":\""
                    + ID
                    + "\",\"result\": {\"a\": [1, {}]} ,\"state\":\"failed\","
                    + "\"error\":\"no disk\"}"))
        .isInstanceOfSatisfying(
            Uplink.CommandReply.class,
            reply -> {
              assertThat(reply.command()).hasToString(ID);
              assertThat(reply.state()).isEqualTo(CommandState.FAILED);
              assertThat(reply.error()).isEqualTo("no disk");
              assertThat(reply.result()).hasToString("{\"a\": [1, {}]}");
            });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"id\":\"" + ID + "\"}",
        "{\"state\":\"succeeded\"}",
        "{\"id\":\"" + ID + "\",\"state\":\"queued\"}",
        "{\"id\":\"" + ID + "\",\"state\":\"sent\"}",
        "{\"id\":{\"id\":\"" + ID + "\"},\"state\":\"failed\"}",
        "{\"id\":\"" + ID + "\",\"state\":7}"
      })
  void aReplyWithoutAUsableIdOrStateIsABadFrame(String payload) {
    assertThatThrownBy(() -> reply(payload))
        .isInstanceOfSatisfying(
            WireException.class, e -> assertThat(e.closeCode()).isEqualTo(CloseCode.BAD_FRAME));
  }

  @Test
  void anErrorSentenceIsKeptToTheLimit() {
    String longError = "x".repeat(UplinkDecoder.MAX_ERROR_LENGTH + 1);
    Uplink reply =
        reply("{\"id\":\"" + ID + "\",\"state\":\"failed\",\"error\":\"" + longError + "\"}");
    assertThat(((Uplink.CommandReply) reply).error()).hasSize(UplinkDecoder.MAX_ERROR_LENGTH);
  }

  private static Uplink reply(String payload) {
    return UplinkDecoder.decode(
        new DeviceMessage(Kind.COMMAND_REPLY, 0, true, null, Payload.of(payload)));
  }
}
