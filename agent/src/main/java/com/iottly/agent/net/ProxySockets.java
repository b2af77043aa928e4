package com.iottly.agent.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Sockets that speak TLS to a proxy whose address says {@code https://}; OkHttp can't. */
final class ProxySockets extends SocketFactory {

  private final Proxies proxies;
  private final TlsSockets tls;

  ProxySockets(Proxies proxies, TlsSockets tls) {
    this.proxies = proxies;
    this.tls = tls;
  }

  @Override
  public Socket createSocket() {
    return new ToProxy();
  }

  /** What is read and written goes through TLS; closing it ends the TCP connection at once. */
  private final class ToProxy extends Socket {

    private @Nullable SSLSocket secured;

    @Override
    public void connect(SocketAddress address, int timeout) throws IOException {
      super.connect(address, timeout);
      Optional<ProxyServer> proxy = proxies.tlsProxyAt((InetSocketAddress) address);
      if (proxy.isPresent()) {
        secured = secure(proxy.get());
      }
    }

    private SSLSocket secure(ProxyServer proxy) throws IOException {
      try {
        SSLSocket socket = (SSLSocket) tls.createSocket(this, proxy.host(), proxy.port(), true);
        socket.startHandshake();
        return socket;
      } catch (SSLException e) {
        throw Failures.ofTls(
            e, "the proxy " + proxy, Unreachable.Step.PROXY, "check " + proxy.variable());
      }
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return secured == null ? super.getInputStream() : secured.getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return secured == null ? super.getOutputStream() : secured.getOutputStream();
    }
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    throw new SocketException("only unconnected sockets are made here");
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress local, int localPort)
      throws IOException {
    throw new SocketException("only unconnected sockets are made here");
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    throw new SocketException("only unconnected sockets are made here");
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
      throws IOException {
    throw new SocketException("only unconnected sockets are made here");
  }
}
