package com.iottly.platform.filter;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.core.Message;
import com.iottly.platform.filter.MingoDifferences.Difference;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FilterDifferentialTest {

  private static final int DOCUMENTS = 3_000;
  private static final int FILTERS_PER_OPERATOR = 200;
  private static final int SAMPLE = 97;

  private final Random random = Seed.random();
  private final List<Message> messages = new ArrayList<>();
  private final List<JsonNode> documents = new ArrayList<>();
  private final List<JsonNode> filters = new ArrayList<>();
  private final Map<String, Integer> filtersWith = new HashMap<>();

  @Test
  void everyFilterMatchesWhatMingoMatchesExceptWhereMingoIsNotMongoDb() throws Exception {
    writeDocuments();
    writeFilters();
    Set<Difference> excused = EnumSet.noneOf(Difference.class);
    int selective = 0;
    int sampled = 0;
    int excusable = 0;
    try (Mingo mingo = new Mingo(documents, filters)) {
      for (JsonNode filter : filters) {
        BitSet ours = matches(filter);
        selective += ours.isEmpty() || ours.cardinality() == DOCUMENTS ? 0 : 1;
        BitSet different = mingo.next();
        different.xor(ours);
        different.stream().forEach(index -> excused.add(excuse(filter, index, ours.get(index))));
        for (int i = random.nextInt(SAMPLE); i < DOCUMENTS; i += SAMPLE, sampled++) {
          excusable += MingoDifferences.between(filter, documents.get(i)).isPresent() ? 1 : 0;
        }
      }
    }
    assertThat(documents).hasSizeGreaterThanOrEqualTo(3_000);
    assertThat(filtersWith)
        .as("filters with each operator")
        .containsOnlyKeys(RandomFilters.OPERATORS)
        .allSatisfy((_, count) -> assertThat(count).isGreaterThanOrEqualTo(FILTERS_PER_OPERATOR));
    assertThat((double) selective / filters.size())
        .as("part of the filters that match some documents but not all")
        .isGreaterThanOrEqualTo(0.3);
    assertThat((double) excusable / sampled)
        .as("part of the comparisons that a difference could excuse")
        .isLessThan(0.25);
    assertThat(excused)
        .as("differences that occur; %s", Seed.hint())
        .isEqualTo(EnumSet.allOf(Difference.class));
  }

  private void writeDocuments() throws Exception {
    Corpus corpus = new Corpus(random);
    for (int i = 0; i < DOCUMENTS; i++) {
      Message message = corpus.message(1_000 + i);
      messages.add(message);
      documents.add(Corpus.document(message));
    }
  }

  private void writeFilters() {
    RandomFilters source = new RandomFilters(random, documents);
    List<String> combiningFirst = new ArrayList<>(RandomFilters.OPERATORS);
    combiningFirst.sort(
        (a, b) -> Boolean.compare(RandomFilters.combines(b), RandomFilters.combines(a)));
    for (String operator : combiningFirst) {
      while (filtersWith.getOrDefault(operator, 0) < FILTERS_PER_OPERATOR) {
        JsonNode filter = source.with(operator);
        filters.add(filter);
        RandomFilters.operatorsOf(filter).forEach(used -> filtersWith.merge(used, 1, Integer::sum));
      }
    }
  }

  private BitSet matches(JsonNode filter) {
    Filter parsed = Filter.parse(filter.toString(), QueryLimits.DEFAULTS);
    BitSet matching = new BitSet();
    for (int i = 0; i < messages.size(); i++) {
      matching.set(i, parsed.matches(messages.get(i)));
    }
    return matching;
  }

  private Difference excuse(JsonNode filter, int index, boolean ours) {
    Optional<Difference> difference = MingoDifferences.between(filter, documents.get(index));
    assertThat(difference)
        .as("%s %s %s; %s", filter, ours ? "matches" : "misses", documents.get(index), Seed.hint())
        .isPresent();
    return difference.orElseThrow();
  }
}
