package com.iottly.platform.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.History;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.history.MemoryHistory;
import com.iottly.platform.json.Messages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PushDownTest {

  private static final Set<MessageType> ALL = EnumSet.allOf(MessageType.class);

  @Test
  void boundsOnTimeTypeAndIdStartTheScanAtTheRightPlace() {
    assertThat(
            of(
                """
                {"$and": [{"timestamp": {"$gt": {"$date": "2017-09-20T00:00:00Z"}}},
                          {"timestamp": {"$lte": {"$date": "2017-09-21T00:00:00Z"}}}],
                 "type": "userdefined", "payload.t": 5}
                """))
        .isEqualTo(
            new PushDown(
                Instant.parse("2017-09-20T00:00:00.001Z"),
                Instant.parse("2017-09-21T00:00:00.001Z"),
                null,
                EnumSet.of(MessageType.USERDEFINED)));
    assertThat(of("{\"_id\": {\"$gt\": {\"$oid\": \"59c1b7570000000000000007\"}}}"))
        .isEqualTo(new PushDown(Instant.parse("2017-09-20T00:33:27Z"), null, null, ALL));
    assertThat(of("{\"_id\": {\"$lt\": {\"$oid\": \"59c1b7570000000000000007\"}}}").before())
        .hasToString("59c1b7570000000000000007");
  }

  @Test
  void alternativesAndNegationsBoundNothing() {
    assertThat(of("{\"$or\": [{\"type\": \"userdefined\"}, {\"type\": \"iottlyagent\"}]}"))
        .isEqualTo(PushDown.EVERYTHING);
    assertThat(of("{\"type\": {\"$ne\": \"userdefined\"}}")).isEqualTo(PushDown.EVERYTHING);
    assertThat(of("{\"payload.timestamp\": {\"$gt\": {\"$date\": \"2017-09-20\"}}}"))
        .isEqualTo(PushDown.EVERYTHING);
  }

  @Test
  void whatCanMatchNothingIsSeenAsSuch() {
    assertThat(of("{\"type\": \"other\"}").isNothing()).isTrue();
    assertThat(of("{\"timestamp\": {\"$gt\": \"2017-09-20\"}}").isNothing()).isTrue();
    assertThat(
            of("{\"timestamp\": {\"$gt\": {\"$date\": 1000}, \"$lt\": {\"$date\": 1001}}}")
                .isNothing())
        .isTrue();
  }

  @Test
  void aScanOfTheBoundsFindsWhatAScanOfEverythingFinds() {
    Random random = Seed.random();
    Corpus corpus = new Corpus(random);
    MemoryHistory history = new MemoryHistory();
    for (int i = 0; i < 300; i++) {
      history.messages.add(corpus.message(500 + 3 * i));
    }
    int narrowed = 0;
    for (int i = 0; i < 2_000; i++) {
      String text = randomFilter(random, history.messages);
      Filter filter = Filter.parse(text, QueryLimits.DEFAULTS);
      List<Message> expected =
          new ArrayList<>(history.messages.stream().filter(filter::matches).toList());
      Collections.reverse(expected);
      List<Message> found = new ArrayList<>();
      if (!filter.pushDown().isNothing()) {
        try (History.Scan scan =
            history.scan(Messages.DEVICE, filter.pushDown().newestFirst(null))) {
          for (Message m = scan.next(); m != null; m = scan.next()) {
            if (filter.matches(m)) {
              found.add(m);
            }
          }
        }
      }
      assertThat(found).as("%s; %s", text, Seed.hint()).isEqualTo(expected);
      narrowed += filter.pushDown().equals(PushDown.EVERYTHING) || expected.isEmpty() ? 0 : 1;
    }
    assertThat(narrowed).as("filters that narrow and still match").isGreaterThan(300);
  }

  private static String randomFilter(Random random, List<Message> messages) {
    List<String> clauses = new ArrayList<>();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      Message message = messages.get(random.nextInt(messages.size()));
      String operator = List.of("$eq", "$gt", "$gte", "$lt", "$lte", "$ne").get(random.nextInt(6));
      long millis = message.timestamp().toEpochMilli() + random.nextInt(3) - 1;
      clauses.add(
          switch (random.nextInt(4)) {
            case 0 ->
                "{\"timestamp\":{\"%s\":{\"$date\":{\"$numberLong\":\"%d\"}}}}"
                    .formatted(operator, millis);
            case 1 -> "{\"_id\":{\"%s\":{\"$oid\":\"%s\"}}}".formatted(operator, message.id());
            case 2 -> "{\"type\":{\"%s\":\"%s\"}}".formatted(operator, message.type().wireName());
            default -> "{\"type\":{\"$in\":[\"userdefined\",null,5]}}";
          });
    }
    String list = String.join(",", clauses);
    return random.nextInt(5) == 0
        ? "{\"$nor\":[" + list + "]}"
        : random.nextInt(5) == 0 ? "{\"$or\":[" + list + "]}" : "{\"$and\":[" + list + "]}";
  }

  private static PushDown of(String filter) {
    return Filter.parse(filter, QueryLimits.DEFAULTS).pushDown();
  }
}
