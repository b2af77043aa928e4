package com.iottly.agent.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import okhttp3.EventListener;
import okhttp3.Handshake;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/** Takes down how one request found its way. OkHttp calls it on threads of its own. */
final class Journey extends EventListener {

  private final Map<InetSocketAddress, Long> connecting = new HashMap<>();
  private final List<String> failures = new ArrayList<>();
  private long dnsStart;
  private @Nullable Duration dns;
  private List<InetAddress> addresses = List.of();
  private long connectStart;
  private @Nullable Duration connect;
  private @Nullable InetSocketAddress connected;
  private long tlsStart;
  private @Nullable Duration tls;
  private @Nullable Handshake handshake;

  @Override
  public synchronized void dnsStart(Call call, String name) {
    dnsStart = System.nanoTime();
  }

  @Override
  public synchronized void dnsEnd(Call call, String name, List<InetAddress> found) {
    dns = since(dnsStart);
    addresses = found;
  }

  @Override
  public synchronized void connectStart(Call call, InetSocketAddress address, Proxy proxy) {
    connectStart = System.nanoTime();
    connecting.put(address, connectStart);
  }

  /** Comes between connecting and TLS; through a proxy CONNECT lies before it. */
  @Override
  public synchronized void secureConnectStart(Call call) {
    connect = since(connectStart);
    tlsStart = System.nanoTime();
  }

  @Override
  public synchronized void secureConnectEnd(Call call, @Nullable Handshake done) {
    tls = since(tlsStart);
    handshake = done;
  }

  @Override
  public synchronized void connectEnd(
      Call call, InetSocketAddress address, Proxy proxy, @Nullable Protocol protocol) {
    connected = address;
    if (connect == null) {
      connect = since(connecting.getOrDefault(address, connectStart));
    }
  }

  @Override
  public synchronized void connectFailed(
      Call call,
      InetSocketAddress address,
      Proxy proxy,
      @Nullable Protocol protocol,
      IOException failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    failures.add(text(address) + ": " + cause.getMessage());
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  static String text(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    String text = host == null ? address.getHostString() : host.getHostAddress();
    return (text.contains(":") ? "[" + text + "]" : text) + ":" + address.getPort();
  }

  synchronized @Nullable Duration dns() {
    return dns;
  }

  synchronized List<String> addresses() {
    return addresses.stream().map(InetAddress::getHostAddress).toList();
  }

  synchronized @Nullable Duration connect() {
    return connect;
  }

  synchronized @Nullable InetSocketAddress connected() {
    return connected;
  }

  /** Addresses that did not work, though another one may have. */
  synchronized List<String> failures() {
    return List.copyOf(failures);
  }

  /** The same when it says more than the failure of the whole does. */
  synchronized List<String> failuresBesides() {
    return failures.size() > 1 ? failures() : List.of();
  }

  synchronized boolean endedWithinTls() {
    return tlsStart != 0 && tls == null;
  }

  synchronized @Nullable Duration tls() {
    return tls;
  }

  synchronized @Nullable Handshake handshake() {
    return handshake;
  }
}
