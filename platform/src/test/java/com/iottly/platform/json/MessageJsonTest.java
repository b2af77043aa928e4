package com.iottly.platform.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageJsonTest {

  @FunctionalInterface
  private interface Form {
    void write(JsonGenerator out, Message message) throws IOException;
  }

  @Test
  void theExtendedFormIsThatOfTheContract() throws Exception {
    Message message =
        Messages.message(7, Messages.START, MessageType.USERDEFINED, "alarms", "{\"a\": 1}");

    assertThat(bytes(MessageJson::writeExtended, message))
        .isEqualTo(
            """
            {"_id":{"$oid":"59c1b7570000000000000007"},\
            "from":"0b9e5a2c-5f0d-4c0e-9a53-1d6f0a7c2b11","to":"59c1b2e6a7b1c2d3e4f50617",\
            "timestamp":{"$date":"2017-09-20T00:33:27.230Z"},\
            "devicetimestamp":{"$date":"2017-09-20T00:33:25.730Z"},\
            "type":"userdefined","channel":"alarms","payload":{"a": 1}}\
            """);
  }

  @Test
  void thePlainFormHasPlainDatesAndNoId() throws Exception {
    Message message =
        Messages.message(
            7, Instant.parse("2018-07-27T17:50:04.968Z"), MessageType.IOTTLYAGENT, null, "{}");

    assertThat(bytes(MessageJson::writePlain, message))
        .isEqualTo(
            """
            {"from":"0b9e5a2c-5f0d-4c0e-9a53-1d6f0a7c2b11","to":"59c1b2e6a7b1c2d3e4f50617",\
            "timestamp":"2018-07-27T17:50:04.968","devicetimestamp":"2018-07-27T17:50:03.468",\
            "type":"iottlyagent","payload":{}}\
            """);
  }

  @ParameterizedTest
  @CsvSource({
    "2018-07-27T17:50:00Z,      {\"$date\":\"2018-07-27T17:50:00Z\"},             2018-07-27T17:50:00",
    "2018-07-27T17:50:04.050Z,  {\"$date\":\"2018-07-27T17:50:04.050Z\"},         2018-07-27T17:50:04.050",
    "1969-12-31T23:59:59.999Z,  {\"$date\":{\"$numberLong\":\"-1\"}},             1969-12-31T23:59:59.999",
    "+10000-01-01T00:00:00Z,    {\"$date\":{\"$numberLong\":\"253402300800000\"}}, +10000-01-01T00:00:00",
    "9999-12-31T23:59:59.999Z,  {\"$date\":\"9999-12-31T23:59:59.999Z\"},         9999-12-31T23:59:59.999"
  })
  void datesFollowMongoDbsRelaxedForm(Instant instant, String extended, String plain)
      throws Exception {
    Message message = Messages.message(7, instant, MessageType.USERDEFINED, null, "{}");

    assertThat(bytes(MessageJson::writeExtended, message)).contains("\"timestamp\":" + extended);
    assertThat(bytes(MessageJson::writePlain, message)).contains("\"timestamp\":\"" + plain + "\"");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 7_900, 8_000, 50_000})
  void payloadsAreCopiedByteForByteWhateverTheirSize(int size) throws Exception {
    String payload = "{ \"città\" :\t\"" + "è\\u00e8".repeat(size) + "\"}";
    Message message = Messages.withPayload(payload);

    assertThat(bytes(MessageJson::writePlain, message)).endsWith("\"payload\":" + payload + "}");
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      MessageJson.writePlain(out, message);
    }
    assertThat(text.toString()).isEqualTo(bytes(MessageJson::writePlain, message));
  }

  @Test
  void messagesStandInListsAndObjectsOfACaller() throws Exception {
    Message message = Messages.withPayload("{\"a\":1}");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
      out.writeStartArray();
      MessageJson.writePlain(out, message);
      MessageJson.writePlain(out, message);
      out.writeEndArray();
    }

    String one = bytes(MessageJson::writePlain, message);
    assertThat(bytes.toString(StandardCharsets.UTF_8)).isEqualTo("[" + one + "," + one + "]");
  }

  private static String bytes(Form form, Message message) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
      form.write(out, message);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
