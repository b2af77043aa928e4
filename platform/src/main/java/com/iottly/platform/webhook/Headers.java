package com.iottly.platform.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.iottly.platform.webhook.WebhookDefinition.Header;
import java.util.ArrayList;
import java.util.List;

/** Headers as JSON text, the way they stand in a column before they are encrypted. */
final class Headers {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Headers() {}

  static String write(List<Header> headers) {
    ArrayNode array = JSON.createArrayNode();
    headers.forEach(
        header -> array.addObject().put("name", header.name()).put("value", header.value()));
    return array.toString();
  }

  static List<Header> read(String column) {
    try {
      List<Header> headers = new ArrayList<>();
      for (JsonNode header : JSON.readTree(column)) {
        headers.add(
            new Header(header.required("name").textValue(), header.required("value").textValue()));
      }
      return headers;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column of ours does not hold the JSON we wrote", e);
    }
  }
}
