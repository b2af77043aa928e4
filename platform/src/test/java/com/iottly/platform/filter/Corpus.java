package com.iottly.platform.filter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.json.MessageJson;
import com.iottly.platform.json.Messages;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Random;

/** Random messages, rich in the cases in which MongoDB's rules matter. */
final class Corpus {

  static final List<String> PATHS =
      List.of(
          "type",
          "channel",
          "from",
          "timestamp",
          "timestamp",
          "devicetimestamp",
          "_id",
          "payload.t",
          "payload.t",
          "payload.t",
          "payload.s",
          "payload.s",
          "payload.s",
          "payload.b",
          "payload.n",
          "payload.n.a",
          "payload.n.a",
          "payload.n.b.c",
          "payload.l",
          "payload.l",
          "payload.l.0",
          "payload.o",
          "payload.o.k",
          "payload.o.k",
          "payload.o.v",
          "payload.o.1.k",
          "payload.x",
          "payload.x.a",
          "payload.x.0",
          "payload.missing");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String[] TEXTS = {
    "", "alpha", "Alpha", "beta 17", "gamma\ndelta", "20", "è", "zeta", "5"
  };

  private final Random random;
  private Instant now = Messages.START;

  Corpus(Random random) {
    this.random = random;
  }

  Message message(long position) {
    now = now.plusMillis(random.nextInt(3) == 0 ? 0 : random.nextInt(60_000));
    String channel = random.nextInt(3) == 0 ? null : pick("alarms", "metrics", "");
    return Messages.message(
        position,
        now,
        random.nextInt(4) == 0 ? MessageType.IOTTLYAGENT : MessageType.USERDEFINED,
        channel,
        payload().toString());
  }

  /** The message in its extended form, as its callers get it. */
  static JsonNode document(Message message) throws Exception {
    StringWriter text = new StringWriter();
    try (var out = JSON.createGenerator(text)) {
      MessageJson.writeExtended(out, message);
    }
    return JSON.readTree(text.toString());
  }

  private ObjectNode payload() {
    ObjectNode payload = NODES.objectNode();
    maybe(payload, "t", random.nextInt(5) == 0 ? scalar() : number());
    maybe(payload, "s", random.nextInt(6) == 0 ? scalar() : NODES.textNode(pick(TEXTS)));
    maybe(payload, "b", NODES.booleanNode(random.nextBoolean()));
    ObjectNode nested = NODES.objectNode();
    JsonNode inner = NODES.objectNode().set("c", NODES.numberNode(random.nextInt(3)));
    if (random.nextInt(3) == 0) {
      // The order of names counts.
      nested.set("b", inner);
      nested.put("a", random.nextInt(3));
    } else {
      maybe(nested, "a", random.nextBoolean() ? number() : NODES.numberNode(random.nextInt(3)));
      maybe(nested, "b", random.nextBoolean() ? inner : NODES.objectNode().set("c", scalar()));
    }
    maybe(payload, "n", random.nextInt(6) == 0 ? scalar() : nested);
    maybe(payload, "l", random.nextInt(6) == 0 ? scalar() : list(false));
    maybe(payload, "o", random.nextInt(6) == 0 ? scalar() : list(true));
    maybe(payload, "x", anything(3));
    return payload;
  }

  private void maybe(ObjectNode object, String name, JsonNode value) {
    if (random.nextInt(8) != 0) {
      object.set(name, value);
    }
  }

  private ArrayNode list(boolean ofObjects) {
    ArrayNode list = NODES.arrayNode();
    int size = random.nextInt(4);
    for (int i = 0; i < size; i++) {
      if (ofObjects) {
        ObjectNode element = NODES.objectNode();
        maybe(element, "k", number());
        maybe(element, "v", scalar());
        list.add(element);
      } else {
        list.add(scalar());
      }
    }
    return list;
  }

  /** Any JSON at all, arrays in arrays and numeric names included. */
  JsonNode anything(int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(3);
    if (kind == 1) {
      ArrayNode array = NODES.arrayNode();
      for (int i = random.nextInt(4); i > 0; i--) {
        array.add(anything(depth - 1));
      }
      return array;
    }
    if (kind == 2) {
      ObjectNode object = NODES.objectNode();
      for (int i = random.nextInt(4); i > 0; i--) {
        object.set(pick("a", "b", "0", "1"), anything(depth - 1));
      }
      return object;
    }
    return scalar();
  }

  JsonNode scalar() {
    return switch (random.nextInt(8)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.booleanNode(random.nextBoolean());
      case 2, 3 -> NODES.textNode(pick(TEXTS));
      default -> number();
    };
  }

  JsonNode number() {
    return switch (random.nextInt(6)) {
      case 0 -> NODES.numberNode(random.nextInt(40) / 4.0 - 3);
      case 1 -> NODES.numberNode(3_000_000_000L + random.nextInt(3));
      case 2 -> NODES.numberNode(-random.nextInt(8));
      default -> NODES.numberNode(random.nextInt(12));
    };
  }

  private String pick(String... values) {
    return values[random.nextInt(values.length)];
  }
}
