package com.iottly.platform.webhook;

import com.iottly.platform.webhook.WebhookDefinition.Header;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Where a webhook posts to.
 *
 * @param host as in the URL
 * @param path with the query
 */
record Endpoint(boolean tls, String host, int port, String path, List<Header> headers) {

  static Endpoint of(WebhookDefinition definition) {
    URI uri = URI.create(definition.url());
    boolean tls = uri.getScheme().toLowerCase(Locale.ROOT).equals("https");
    String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    int port = uri.getPort() >= 0 ? uri.getPort() : tls ? 443 : 80;
    return new Endpoint(tls, uri.getHost(), port, path + query, definition.headers());
  }
}
