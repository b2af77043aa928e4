package com.iottly.platform.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.core.Message;
import com.iottly.platform.json.Messages;
import com.iottly.wire.Payload;
import com.iottly.wire.WireException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilterMutationTest {

  private static final String SPLICES = "{}[]:,\"$.\\0919eE-+ntu*(?é😀\u0000";

  @Test
  void mutatedFiltersAndPayloadsNeverSurprise() throws Exception {
    Random random = Seed.random();
    Corpus corpus = new Corpus(random);
    List<Message> messages = new ArrayList<>();
    List<JsonNode> documents = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      messages.add(corpus.message(i));
      documents.add(Corpus.document(messages.get(i)));
    }
    RandomFilters source = new RandomFilters(random, documents);
    int parsed = 0;
    int refused = 0;
    for (int i = 0; i < 10_000; i++) {
      String operator = RandomFilters.OPERATORS.get(random.nextInt(RandomFilters.OPERATORS.size()));
      String text = mutate(random, source.with(operator).toString());
      String payload = mutate(random, messages.get(i % 100).payload().toString());
      Filter filter = parse(text);
      if (filter == null) {
        refused++;
      } else {
        parsed++;
        // Not matching is matching the negation, whatever the filter came to be.
        Filter negation = parse("{\"$nor\":[" + text + "]}");
        if (negation != null && isPayload(payload)) {
          Message message = Messages.withPayload(payload);
          assertThat(negation.matches(message))
              .as("%s on %s; %s", text, payload, Seed.hint())
              .isNotEqualTo(filter.matches(message));
        }
      }
    }
    assertThat(parsed).as(Seed.hint()).isGreaterThan(1_000);
    assertThat(refused).as(Seed.hint()).isGreaterThan(1_000);
  }

  private static @Nullable Filter parse(String text) {
    try {
      return Filter.parse(text, QueryLimits.DEFAULTS);
    } catch (QueryException refusal) {
      assertThat(refusal.getMessage()).as("%s; %s", text, Seed.hint()).hasSizeGreaterThan(20);
      return null;
    }
  }

  private static boolean isPayload(String text) {
    try {
      return Payload.of(text).size() > 0;
    } catch (WireException _) {
      return false;
    }
  }

  private static String mutate(Random random, String text) {
    StringBuilder mutant = new StringBuilder(text);
    for (int i = random.nextInt(3); i > 0 && mutant.length() > 2; i--) {
      int at = random.nextInt(mutant.length());
      switch (random.nextInt(4)) {
        case 0 -> mutant.deleteCharAt(at);
        case 1 -> mutant.insert(at, SPLICES.charAt(random.nextInt(SPLICES.length())));
        case 2 -> mutant.setCharAt(at, SPLICES.charAt(random.nextInt(SPLICES.length())));
        default -> {
          int from = random.nextInt(at + 1);
          mutant.insert(at, mutant.substring(from, at));
        }
      }
    }
    return mutant.toString();
  }
}
