package com.iottly.platform.access;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.iottly.platform.access.DeviceTokens.Claims;
import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.ProjectId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;

/** The claims of a device token as they stand in it, believed or not. */
record ClaimsJson(Claims claims, String issuer, String keyId) {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  static byte[] write(Claims claims, String issuer, String keyId) {
    try {
      return JSON.writeValueAsBytes(
          JSON.createObjectNode()
              .put("iss", issuer)
              .put("project", claims.project().value())
              .put("sub", claims.device().toString())
              .put("gen", claims.generation())
              .put("kid", keyId)
              .put("iat", claims.issued().getEpochSecond()));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("writing to memory", e);
    }
  }

  /** Empty unless it is one JSON object with every claim in its right type; others may be there. */
  static Optional<ClaimsJson> read(byte[] bytes) {
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (IOException e) {
      return Optional.empty();
    }
    String project = json.path("project").asText("");
    String device = json.path("sub").asText("");
    JsonNode generation = json.path("gen");
    JsonNode issued = json.path("iat");
    if (!json.path("iss").isTextual()
        || !json.path("kid").isTextual()
        || !isWhole(generation)
        || generation.longValue() < 1
        || !isWhole(issued)
        || issued.longValue() < 0
        || issued.longValue() > Instant.MAX.getEpochSecond()) {
      return Optional.empty();
    }
    return ProjectId.parse(project)
        .flatMap(projectId ->
            DeviceId.parse(device)
                .map(deviceId ->
                    new Claims(
                        projectId,
                        deviceId,
                        generation.longValue(),
                        Instant.ofEpochSecond(issued.longValue()))))
        .map(claims ->
            new ClaimsJson(claims, json.get("iss").textValue(), json.get("kid").textValue()));
  }

  private static boolean isWhole(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong();
  }
}
