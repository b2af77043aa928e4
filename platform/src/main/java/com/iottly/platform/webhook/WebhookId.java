package com.iottly.platform.webhook;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The identity of a webhook.
 *
 * @param value 24 lower-case hex digits
 */
public record WebhookId(String value) {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{24}");

  /** The id in this text, when it has the form of one. */
  public static Optional<WebhookId> parse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new WebhookId(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
