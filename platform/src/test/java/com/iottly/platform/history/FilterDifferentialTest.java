package com.iottly.platform.history;

import com.fasterxml.jackson.databind.JsonNode;
import com.iottly.platform.core.Message;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FilterDifferentialTest {

  private static final int DOCUMENTS = 3_000;
  private static final int FILTERS_PER_OPERATOR = 200;

  @Test
  void agreesWithMingoExceptWhereMingoIsNotMongoDb() throws Exception {
    Random random = Seed.random();
    Corpus corpus = new Corpus(random);
    List<Message> messages = new ArrayList<>();
    List<JsonNode> documents = new ArrayList<>();
    for (int i = 0; i < DOCUMENTS; i++) {
      messages.add(corpus.message(1_000 + i));
      documents.add(Corpus.document(messages.get(i)));
    }
    List<JsonNode> filters = new ArrayList<>();
    RandomFilters source = new RandomFilters(random, documents);
    for (String operator : RandomFilters.OPERATORS) {
      for (int i = 0; i < FILTERS_PER_OPERATOR; i++) {
        filters.add(source.with(operator));
      }
    }
    long t0 = System.nanoTime();
    List<BitSet> expected = Mingo.matches(documents, filters);
    System.out.println("mingo " + (System.nanoTime() - t0) / 1e9);
    t0 = System.nanoTime();
    Map<String, Integer> byOp = new TreeMap<>();
    Map<String, List<String>> samples = new TreeMap<>();
    int some = 0;
    for (int f = 0; f < filters.size(); f++) {
      Filter filter = Filter.parse(filters.get(f).toString(), QueryLimits.DEFAULTS);
      BitSet ours = new BitSet();
      for (int i = 0; i < DOCUMENTS; i++) ours.set(i, filter.matches(messages.get(i)));
      if (ours.cardinality() > 0 && ours.cardinality() < DOCUMENTS) some++;
      BitSet diff = (BitSet) ours.clone();
      diff.xor(expected.get(f));
      for (int i = diff.nextSetBit(0); i >= 0; i = diff.nextSetBit(i + 1)) {
        String why =
            MingoDifferences.explain(filters.get(f), documents.get(i))
                .map(Enum::name)
                .orElse("NONE");
        String op = why + " " + RandomFilters.OPERATORS.get(f / FILTERS_PER_OPERATOR);
        byOp.merge(op, 1, Integer::sum);
        if (why.equals("NONE")) {
          List<String> list = samples.computeIfAbsent(op, k -> new ArrayList<>());
          if (list.size() < 12 && diff.nextSetBit(0) == i)
            list.add(
                filters.get(f)
                    + "  ours="
                    + ours.get(i)
                    + " "
                    + documents.get(i).get("payload")
                    + " ch="
                    + documents.get(i).get("channel"));
        }
      }
    }
    System.out.println(
        "ours " + (System.nanoTime() - t0) / 1e9 + " some=" + some + "/" + filters.size());
    byOp.forEach((k, v) -> System.out.println(k + " " + v));
    samples.forEach((k, v) -> {
      System.out.println("== " + k);
      v.forEach(System.out::println);
    });
  }
}
