package com.iottly.platform.webhook;

import com.iottly.platform.core.PlainText;
import com.iottly.platform.webhook.WebhookDefinition.Header;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a webhook's definition must be (contract §4). */
final class WebhookRules {

  static final int PER_PROJECT = 5;
  static final int MAX_HEADERS = 5;
  static final int MAX_DESCRIPTION = 200;
  static final int MAX_URL = 2_048;
  static final int MAX_CHANNEL = 255;
  static final int MAX_HEADER_NAME = 100;
  static final int MAX_HEADER_VALUE = 1_000;

  /** A token of RFC 9110 §5.6.2. */
  private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

  /** Visible ASCII, with spaces and tabs within (RFC 9110 §5.5). */
  private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ \\t!-~]*[!-~])?");

  private static final Pattern NUMERIC = Pattern.compile("(?i)[0-9]+|0x[0-9a-f]*");
  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern LEADING_ZERO = Pattern.compile("(^|\\.)0\\d");

  /** Ours, or hop by hop (RFC 9110 §7.6.1), or what frames the message. */
  private static final Set<String> RESERVED =
      Set.of(
          "host",
          "content-length",
          "content-type",
          "content-encoding",
          "transfer-encoding",
          "accept-encoding",
          "connection",
          "keep-alive",
          "proxy-connection",
          "proxy-authenticate",
          "proxy-authorization",
          "te",
          "trailer",
          "upgrade",
          "expect",
          "http2-settings");

  private final boolean allowHttp;

  WebhookRules(EndpointPolicy policy) {
    this.allowHttp = policy.allowHttp();
  }

  /** What is wrong with it, as a sentence that names the thing and the fix. */
  Optional<String> problem(WebhookDefinition definition) {
    String channel = definition.channel();
    return PlainText.problem("the description", definition.description(), MAX_DESCRIPTION)
        .or(() -> url(definition.url()))
        .or(() ->
            channel == null
                ? Optional.empty()
                : PlainText.problem("the channel", channel, MAX_CHANNEL))
        .or(() -> headers(definition.headers()));
  }

  private Optional<String> url(String url) {
    if (url.length() > MAX_URL) {
      return Optional.of(
          "the URL has " + url.length() + " characters: at most " + MAX_URL + " are allowed");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return Optional.of("the URL can't be read as one: " + e.getReason());
    }
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    String host = uri.getHost();
    if (!scheme.equals("https") && !(scheme.equals("http") && allowHttp)) {
      return Optional.of(
          scheme.equals("http")
              ? "the URL begins with http://: use https://, or have the operator set 'webhook.allow_http'"
              : "the URL must begin with https://");
    }
    if (uri.getRawUserInfo() != null) {
      return Optional.of("the URL has a user or password in it: send them in a custom header");
    }
    Optional<String> odd = oddAddress(host == null ? authority(uri) : host);
    if (odd.isPresent()) {
      return odd;
    }
    if (host == null || !isAscii(url)) {
      return Optional.of(
          "the URL names no host, or one with other letters than ASCII: write it like https://example.com/hook");
    }
    if (uri.getRawFragment() != null) {
      return Optional.of("the URL has a fragment (#…), which is never sent: leave it out");
    }
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      return Optional.of("the URL's port must be 1 to 65535");
    }
    return Optional.empty();
  }

  /** What stands where a host should, when it is none. */
  private static String authority(URI uri) {
    String authority = uri.getRawAuthority();
    return authority == null ? "" : authority.replaceFirst(":[0-9]*$", "");
  }

  /** 0x7f.1, 2130706433 and 0177.0.0.1 mean different things to different programs. */
  private static Optional<String> oddAddress(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    String last = name.substring(name.lastIndexOf('.') + 1);
    boolean odd =
        NUMERIC.matcher(last).matches()
            && (!IPV4.matcher(name).matches() || LEADING_ZERO.matcher(name).find());
    return odd
        ? Optional.of("the URL's host " + host + " is no name: write IPv4 addresses like 192.0.2.1")
        : Optional.empty();
  }

  private static Optional<String> headers(List<Header> headers) {
    if (headers.size() > MAX_HEADERS) {
      return Optional.of(
          "there are "
              + headers.size()
              + " custom headers: at most "
              + MAX_HEADERS
              + " are allowed");
    }
    Set<String> names = new HashSet<>();
    for (Header header : headers) {
      Optional<String> problem = header(header);
      if (problem.isPresent()) {
        return problem;
      }
      if (!names.add(header.name().toLowerCase(Locale.ROOT))) {
        return Optional.of("the header " + header.name() + " is given twice: once is enough");
      }
    }
    return Optional.empty();
  }

  private static Optional<String> header(Header header) {
    String name = header.name();
    if (name.length() > MAX_HEADER_NAME || !HEADER_NAME.matcher(name).matches()) {
      return Optional.of(
          "a custom header's name must be 1 to "
              + MAX_HEADER_NAME
              + " letters, digits and hyphens, like X-Api-Key");
    }
    String lower = name.toLowerCase(Locale.ROOT);
    if (RESERVED.contains(lower) || lower.startsWith("webhook-")) {
      return Optional.of("the header " + name + " is set by the platform: choose another name");
    }
    if (header.value().length() > MAX_HEADER_VALUE
        || !HEADER_VALUE.matcher(header.value()).matches()) {
      return Optional.of(
          "the value of the header "
              + name
              + " must be 1 to "
              + MAX_HEADER_VALUE
              + " visible ASCII characters, without line breaks");
    }
    return Optional.empty();
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
