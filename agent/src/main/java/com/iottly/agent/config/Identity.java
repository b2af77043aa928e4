package com.iottly.agent.config;

import com.iottly.agent.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a device token says this machine is. The platform's signature is not checked here: what
 * counts is that two tokens of one device say the same.
 *
 * @param device the device's id, a UUID
 * @param project the project's id
 */
public record Identity(String device, String project) {

  private static final Pattern DEVICE =
      Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final Pattern PROJECT = Pattern.compile("[0-9a-f]{24}");

  /** What the claims of a JWT (RFC 7519) say; empty for any other text. */
  public static Optional<Identity> of(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      byte[] claims = Base64.getUrlDecoder().decode(parts[1].getBytes(StandardCharsets.US_ASCII));
      Map<String, @Nullable Object> said = Json.read(claims);
      return said.get("sub") instanceof String device
              && DEVICE.matcher(device).matches()
              && said.get("project") instanceof String project
              && PROJECT.matcher(project).matches()
          ? Optional.of(new Identity(device, project))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
