package com.iottly.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.iottly.agent.control.ControlClient;
import com.iottly.agent.link.TestPlatform;
import com.iottly.agent.net.RealProxy;
import com.iottly.agent.net.TestCa;
import com.iottly.wire.Payload;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The agent behind squid and tinyproxy. The platform is {@code platform.test}, a name that only
 * squid knows; tinyproxy can't be told names and gets the address 0.0.0.0, which Linux takes for
 * this machine and the agent doesn't.
 */
class ProxyTest extends AgentProcesses {

  private static final String ANYBODY = "http_access allow all";

  private TestCa ca;
  private TestPlatform secure;
  private RealProxy proxy;

  @BeforeEach
  void openPlatform() throws Exception {
    ca = TestCa.create(directory.resolve("ca"), "platform-ca");
    secure =
        TestPlatform.secure(
            ca.issue("platform", "DNS:platform.test,IP:0.0.0.0"), "TLSv1.3", "TLSv1.2");
  }

  @AfterEach
  void closePlatform() throws Exception {
    if (proxy != null) {
      proxy.close();
    }
    secure.close();
  }

  private Path proxyFolder() {
    return directory.resolve("proxy");
  }

  private String onlyJo() throws Exception {
    Path users = Files.createDirectories(proxyFolder()).resolve("users");
    Files.writeString(users, "jo:" + openssl("passwd", "-apr1", "p@ss:/w%") + "\n");
    return """
    auth_param basic program /usr/lib/squid/basic_ncsa_auth %s
    auth_param basic realm test
    acl known proxy_auth REQUIRED
    http_access allow known
    http_access deny all
    """
        .formatted(users);
  }

  private static String openssl(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).start();
    return new String(process.getInputStream().readAllBytes()).strip();
  }

  private Map<String, String> environment(String host, String variable, String proxyUrl) {
    var environment = new HashMap<String, String>();
    environment.put("NO_PROXY", "");
    environment.put(variable, proxyUrl);
    environment.put("IOTTLY_CONNECTION_ENDPOINT", "wss://" + host + ":" + secure.port() + "/ws");
    environment.put("IOTTLY_SECURITY_CA_BUNDLE", ca.certificate().toString());
    environment.put("IOTTLY_CONNECTION_RECONNECT_MAX", "1");
    return environment;
  }

  private static void awaitMessage(TestPlatform of) {
    await().atMost(PATIENCE).until(() -> of.received > 0);
  }

  private Map<String, ?> status() {
    return ControlClient.ask(directory.resolve("run/control"), Map.of("do", "status"));
  }

  private void awaitDetail(String... texts) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(String.valueOf(status().get("detail"))).contains(texts));
  }

  @Test
  void squidTunnelsAndResolvesANameThatThisMachineDoesNotKnow() throws Exception {
    proxy = RealProxy.squid(proxyFolder(), "", ANYBODY);
    launch(environment("platform.test", "https_proxy", proxy.url()), "start");
    awaitMessage(secure);
    assertThat(proxy.log()).doesNotContain("127.0.0.1:" + secure.port());
  }

  @Test
  void tinyproxyTunnelsWithAndWithoutAPassword() throws Exception {
    proxy = RealProxy.tinyproxy(proxyFolder(), "");
    Process open = launch(environment("0.0.0.0", "HTTPS_PROXY", proxy.url()), "start");
    awaitMessage(secure);
    assertThat(proxy.log()).contains("CONNECT 0.0.0.0:" + secure.port());
    open.destroyForcibly().waitFor();
    proxy.close();

    proxy = RealProxy.tinyproxy(proxyFolder(), "BasicAuth jo secret");
    String asJo = "http://jo:secret@127.0.0.1:" + proxy.port();
    int before = secure.connections.size();
    launch(environment("0.0.0.0", "HTTPS_PROXY", asJo), "start");
    await().atMost(PATIENCE).until(() -> secure.connections.size() > before);
  }

  @Test
  void squidsUserAndPasswordAreDecoded() throws Exception {
    proxy = RealProxy.squid(proxyFolder(), "", onlyJo());
    String asJo = "http://jo:p%40ss%3A%2Fw%25@127.0.0.1:" + proxy.port();
    launch(environment("platform.test", "HTTPS_PROXY", asJo), "start");
    awaitMessage(secure);
  }

  @Test
  void aWrongPasswordIsSaidAndNeverShown() throws Exception {
    proxy = RealProxy.squid(proxyFolder(), "", onlyJo());
    String wrong = "http://jo:s3cret@127.0.0.1:" + proxy.port();
    launch(environment("platform.test", "HTTPS_PROXY", wrong), "start");
    awaitDetail(
        "the proxy " + proxy.url() + " rejects the user 'jo' or the password (407)",
        "correct them in HTTPS_PROXY");
    assertThat(Files.readString(directory.resolve("agent.log")))
        .contains("(407)")
        .doesNotContain("s3cret");
    assertThat(secure.handshakesAtNanos).isEmpty();
  }

  @Test
  void aMissingPasswordIsAskedFor() throws Exception {
    proxy = RealProxy.tinyproxy(proxyFolder(), "BasicAuth jo secret");
    launch(environment("0.0.0.0", "HTTPS_PROXY", proxy.url()), "start");
    awaitDetail("wants a user and a password (407)", "http://user:password@host:port");
  }

  @Test
  void aProxyThatForbidsOrCantReachThePlatformIsTheOneToBlame() throws Exception {
    proxy =
        RealProxy.squid(
            proxyFolder(), "", "acl no dstdomain platform.test\nhttp_access deny no\n" + ANYBODY);
    Process first = launch(environment("platform.test", "HTTPS_PROXY", proxy.url()), "start");
    awaitDetail(proxy.url() + " does not let this device connect to platform.test", "(403)");
    first.destroyForcibly().waitFor();
    launch(environment("nowhere.test", "HTTPS_PROXY", proxy.url()), "start");
    awaitDetail(proxy.url() + " can't reach nowhere.test");
  }

  @Test
  void aProxyThatIsNotThereIsNamed() throws Exception {
    String nobody = "http://127.0.0.1:1";
    launch(environment("platform.test", "HTTPS_PROXY", nobody), "start");
    awaitDetail("nobody listens at the proxy " + nobody, "HTTPS_PROXY");
  }

  @Test
  void aProxyThatDiesTakesTheConnectionAndNothingElse() throws Exception {
    proxy = RealProxy.squid(proxyFolder(), "", ANYBODY);
    var environment = environment("platform.test", "HTTPS_PROXY", proxy.url());
    launch(environment, "start");
    awaitMessage(secure);
    IntStream.rangeClosed(1, 50).forEach(this::send);
    proxy.kill();
    IntStream.rangeClosed(51, 100).forEach(this::send);
    awaitDetail("nobody listens at the proxy");
    proxy = RealProxy.squid(proxyFolder(), "", ANYBODY, proxy.port());
    IntStream.rangeClosed(101, 150).forEach(this::send);
    List<String> sent = IntStream.rangeClosed(1, 150).mapToObj(n -> "{\"n\":" + n + "}").toList();
    await().atMost(PATIENCE).until(() -> secure.payloads().contains("{\"n\":150}"));
    assertThat(secure.payloads().stream().filter(p -> p.startsWith("{\"n\":")).distinct())
        .containsExactlyElementsOf(sent);
  }

  private void send(int number) {
    Map<String, ?> answer =
        ControlClient.ask(
            directory.resolve("run/control"),
            Map.of("do", "send", "payload", Payload.of("{\"n\":" + number + "}")));
    assertThat(answer.get("stored")).isNotNull();
  }

  @Test
  void tlsIsSpokenToAProxyThatWantsIt() throws Exception {
    TestCa.Issued own = ca.issue("proxy", "IP:127.0.0.1");
    Files.createDirectories(proxyFolder());
    Path pair = proxyFolder().resolve("pair.pem");
    Files.writeString(pair, Files.readString(own.certificate()) + Files.readString(own.key()));
    proxy = RealProxy.squid(proxyFolder(), "https_port 127.0.0.1:%d cert=" + pair, onlyJo());
    String address = "https://jo:p%40ss%3A%2Fw%25@127.0.0.1:" + proxy.port();
    Process good = launch(environment("platform.test", "HTTPS_PROXY", address), "start");
    awaitMessage(secure);
    good.destroyForcibly().waitFor();

    var withoutCa = environment("platform.test", "HTTPS_PROXY", address);
    withoutCa.remove("IOTTLY_SECURITY_CA_BUNDLE");
    Process distrusting = launch(withoutCa, "start");
    awaitDetail("the proxy https://127.0.0.1:" + proxy.port() + ": the certificate 'CN=proxy'");
    distrusting.destroyForcibly().waitFor();

    launch(environment("platform.test", "HTTPS_PROXY", proxy.url()), "start");
    awaitDetail("closed the connection without an answer", "with https:// if it wants TLS");
  }

  @Test
  void aProxyThatInspectsTlsWorksOnceItsCaIsTrustedAndIsNamedBefore() throws Exception {
    TestCa inspector = TestCa.create(directory.resolve("inspector"), "inspector-ca");
    RealProxy.share(proxyFolder());
    Path pair = proxyFolder().resolve("inspector.pem");
    Files.writeString(
        pair, Files.readString(inspector.certificate()) + Files.readString(inspector.key()));
    Path platformCa = Files.copy(ca.certificate(), proxyFolder().resolve("platform-ca.pem"));
    proxy =
        RealProxy.squid(
            proxyFolder(),
            "http_port 127.0.0.1:%d ssl-bump generate-host-certificates=on cert=" + pair,
            """
            sslcrtd_program %1$s -s %2$s -M 4MB
            sslcrtd_children 1 startup=1 idle=1
            ssl_bump bump all
            tls_outgoing_options cafile=%3$s
            %4$s
            """
                .formatted(
                    RealProxy.CERTIFICATE_MAKER,
                    RealProxy.certificates(proxyFolder()),
                    platformCa,
                    ANYBODY));
    var environment = environment("platform.test", "HTTPS_PROXY", proxy.url());
    Process distrusting = launch(environment, "start");
    awaitDetail(
        "is from 'CN=inspector-ca', which [security] ca_bundle",
        "the proxy " + proxy.url() + " may inspect TLS with that CA",
        "put its certificate into the PEM file of [security] ca_bundle");
    assertThat(secure.handshakesAtNanos).isEmpty();
    distrusting.destroyForcibly().waitFor();

    Path both = directory.resolve("both.pem");
    Files.writeString(
        both, Files.readString(ca.certificate()) + Files.readString(inspector.certificate()));
    environment.put("IOTTLY_SECURITY_CA_BUNDLE", both.toString());
    launch(environment, "start");
    awaitMessage(secure);
  }

  @Test
  void withoutTlsTheProxyForwardsInsteadOfTunnelling() throws Exception {
    proxy = RealProxy.squid(proxyFolder(), "", onlyJo());
    String asJo = "http://jo:p%40ss%3A%2Fw%25@127.0.0.1:" + proxy.port();
    var environment = environment("platform.test", "HTTP_PROXY", asJo);
    environment.put("IOTTLY_CONNECTION_ENDPOINT", "ws://platform.test:" + platform.port() + "/ws");
    environment.put("IOTTLY_SECURITY_ALLOW_PLAINTEXT", "true");
    Process agent = launch(environment, "start");
    awaitMessage(platform);
    agent.destroyForcibly().waitFor();
    await().atMost(PATIENCE).until(() -> proxy.log().contains("GET http://platform.test"));
    assertThat(proxy.log()).doesNotContain("CONNECT");
  }

  @Test
  void anAddressOfAProxyThatCantBeReadStopsTheStart() throws Exception {
    Finished start = run(Map.of("HTTPS_PROXY", "socks5://jo:s3cret@p:1080"), "start");
    assertThat(start.code()).isEqualTo(ExitCode.CONFIG);
    assertThat(start.err())
        .contains("HTTPS_PROXY names a proxy of the kind 'socks5'")
        .doesNotContain("s3cret");
  }
}
