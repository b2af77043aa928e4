package com.iottly.platform.server;

import com.iottly.platform.webhook.EndpointPolicy;
import com.iottly.platform.webhook.WebhookLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The section {@code webhook} of the configuration. */
final class WebhookSettings {

  private WebhookSettings() {}

  static EndpointPolicy endpoints(Settings settings) {
    Optional<Path> caBundle = settings.path("webhook.ca_bundle");
    if (caBundle.isPresent() && !Files.isReadable(caBundle.get())) {
      throw settings.refusal("webhook.ca_bundle", "a PEM file that can be read");
    }
    try {
      return EndpointPolicy.of(
          settings.list("webhook.allow"), settings.flag("webhook.allow_http", false), caBundle);
    } catch (IllegalArgumentException e) {
      throw settings.refusal(
          "webhook.allow",
          "a list of host names, addresses and networks like \"10.0.0.0/8\", which '"
              + e.getMessage()
              + "' is not");
    }
  }

  static WebhookLimits limits(Settings settings) {
    WebhookLimits defaults = WebhookLimits.defaults();
    Duration hour = Duration.ofHours(1);
    Duration year = Duration.ofDays(365);
    Duration second = Duration.ofSeconds(1);
    Duration least = Duration.ofMillis(10);
    return new WebhookLimits(
        settings.duration("webhook.timeout", defaults.timeout(), least, Duration.ofMinutes(5)),
        settings.number("webhook.in_flight", defaults.inFlight(), 1, 4_096),
        settings.number("webhook.window", defaults.window(), 4, 1_000_000),
        (int) settings.bytes("webhook.window_bytes", defaults.windowBytes(), 1 << 10, 1 << 30),
        settings.number("webhook.parked_devices", defaults.parkedDevices(), 1, 1_000_000),
        settings.duration("webhook.first_retry", defaults.firstRetry(), least, hour),
        settings.duration("webhook.longest_retry", defaults.longestRetry(), least, year),
        settings.duration("webhook.retry_for", defaults.retryFor(), least, year),
        settings.duration("webhook.disable_after", defaults.disableAfter(), second, year),
        settings.duration("webhook.secret_overlap", defaults.secretOverlap(), second, year),
        settings.number("webhook.deliveries", defaults.deliveriesKept(), 1, 100_000),
        settings.duration("webhook.deliveries_age", defaults.deliveriesAge(), second, year),
        settings.number("webhook.dead_letters", defaults.deadLettersKept(), 1, 1_000_000),
        settings.duration(
            "webhook.checkpoint", defaults.checkpointInterval(), least, Duration.ofMinutes(1)));
  }
}
