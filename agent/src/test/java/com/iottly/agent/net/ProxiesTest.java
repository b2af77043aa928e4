package com.iottly.agent.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.agent.config.ConfigException;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which proxy the variables name for which address (seed, Proxy support). */
class ProxiesTest {

  private static String through(String address, Map<String, String> environment) {
    return Proxies.of(environment)
        .through(URI.create(address))
        .map(ProxyServer::toString)
        .orElse("direct");
  }

  @ParameterizedTest
  @CsvSource({
    "wss://iot.example/ws, http://secure:3128",
    "https://iot.example/file, http://secure:3128",
    "ws://iot.example/ws, http://plain:8080",
    "http://iot.example/file, http://plain:8080",
  })
  void theSchemeChoosesTheVariable(String address, String proxy) {
    var environment =
        Map.of("HTTPS_PROXY", "http://secure:3128", "HTTP_PROXY", "http://plain:8080");
    assertThat(through(address, environment)).isEqualTo(proxy);
  }

  @Test
  void lowerCaseCountsBeforeUpperCaseEvenWhenItIsEmpty() {
    assertThat(
            through(
                "wss://h/", Map.of("https_proxy", "http://low:1", "HTTPS_PROXY", "http://up:1")))
        .isEqualTo("http://low:1");
    assertThat(through("wss://h/", Map.of("https_proxy", "", "HTTPS_PROXY", "http://up:1")))
        .isEqualTo("direct");
    assertThat(through("wss://h/", Map.of("https_proxy", "http://low:1", "no_proxy", "h")))
        .isEqualTo("direct");
  }

  @ParameterizedTest
  @CsvSource({
    "http://p.internal:3128, http://p.internal:3128",
    "http://p.internal:3128/, http://p.internal:3128",
    "p.internal:3128, http://p.internal:3128",
    "http://p.internal, http://p.internal:80",
    "HTTP://p.internal, http://p.internal:80",
    "https://p.internal, https://p.internal:443",
    "http://[2001:db8::1]:3128, http://[2001:db8::1]:3128",
    "http://u:secret@p.internal:3128, http://p.internal:3128",
  })
  void aProxyIsReadAndShownWithoutItsUser(String value, String shown) {
    assertThat(through("wss://h/", Map.of("HTTPS_PROXY", value))).isEqualTo(shown);
  }

  @ParameterizedTest
  @CsvSource({
    "http://jo:pa%40ss%3a%2Fw%25%23@p:1, jo, pa@ss:/w%#",
    "http://jo:a+b@p:1, jo, a+b",
    "http://dom%5Cjo:x@p:1, dom\\jo, x",
    "http://j%C3%B6:%E2%82%AC@p:1, jö, €",
    "http://jo:a:b@p:1, jo, a:b",
    "http://jo@p:1, jo, ''",
  })
  void userAndPasswordAreDecoded(String value, String name, String password) {
    ProxyServer.User user = ProxyServer.parse("HTTPS_PROXY", value).user().orElseThrow();
    assertThat(user.name()).isEqualTo(name);
    assertThat(user.password()).isEqualTo(password);
    assertThat(user).hasToString(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://jo:s3cret@",
        "http://jo:s3cret/x@p:3128",
        "http://jo:s3cret#@p:3128",
        "http://jo:s3cret%zz@p:3128",
        "http://jo:s3cret%0a@p:3128",
        "http://jo:s3 cret@p:3128",
        "socks5://jo:s3cret@p:1080",
        "http://jo:s3cret@p:99999",
        "http://jo:s3cret@p:0",
        "http://jo:s3cret@p:3128/path",
        "http://jo:s3cret@p_p:3128",
      })
  void whatCantBeReadIsNamedWithoutItsSecret(String value) {
    assertThatThrownBy(() -> Proxies.of(Map.of("https_proxy", value)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("HTTPS_PROXY")
        .hasMessageContaining("http://[user:password@]host[:port]")
        .hasMessageNotContaining("s3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "*                        | anything.example | 443  | true",
        "iot.example              | iot.example      | 443  | true",
        "IOT.example              | iot.EXAMPLE      | 443  | true",
        "iot.example              | iot.example.     | 443  | true",
        "iot.example              | a.iot.example    | 443  | true",
        "iot.example              | notiot.example   | 443  | false",
        "iot.example              | example          | 443  | false",
        ".iot.example             | a.iot.example    | 443  | true",
        ".iot.example             | iot.example      | 443  | true",
        "*.iot.example            | a.b.iot.example  | 443  | true",
        "iot.example:8443         | iot.example      | 8443 | true",
        "iot.example:8443         | iot.example      | 443  | false",
        "a.example, iot.example   | iot.example      | 443  | true",
        "a.example iot.example    | iot.example      | 443  | true",
        "a.example,,              | iot.example      | 443  | false",
        "192.0.2.7                | 192.0.2.7        | 443  | true",
        "192.0.2.7                | 192.0.2.70       | 443  | false",
        "192.0.2.7:8443           | 192.0.2.7        | 8443 | true",
        "192.0.2.7:8443           | 192.0.2.7        | 443  | false",
        "2001:db8::1              | [2001:DB8:0::1]  | 443  | true",
        "[2001:db8::1]            | [2001:db8::1]    | 443  | true",
        "[2001:db8::1]:8443       | [2001:db8::1]    | 8443 | true",
        "[2001:db8::1]:8443       | [2001:db8::1]    | 443  | false",
        "169.254.0.0/16,10.0.0.0/8 | 10.255.1.2      | 443  | true",
        "169.254.0.0/16,10.0.0.0/8 | 169.254.169.254 | 80   | true",
        "169.254.0.0/16,10.0.0.0/8 | 169.255.0.1     | 443  | false",
        "192.168.8.0/21           | 192.168.15.255   | 443  | true",
        "192.168.8.0/21           | 192.168.16.0     | 443  | false",
        "0.0.0.0/0                | 8.8.8.8          | 443  | true",
        "0.0.0.0/0                | iot.example      | 443  | false",
        "192.0.2.1/32             | 192.0.2.1        | 443  | true",
        "192.0.2.1/32             | 192.0.2.2        | 443  | false",
        "2001:db8::/32            | [2001:db8:ffff::1] | 443 | true",
        "2001:db8::/32            | [2001:db9::1]    | 443  | false",
        "2001:db8::/32            | 192.0.2.1        | 443  | false",
        "''                       | localhost        | 443  | true",
        "''                       | 127.0.0.1        | 443  | true",
        "''                       | [::1]            | 443  | true",
        "''                       | iot.example      | 443  | false",
      })
  void noProxyIsHostSuffixAddressNetworkOrPort(
      String noProxy, String host, int port, boolean direct) {
    Optional<String> entry = NoProxy.parse(noProxy).entryFor(host, port);
    assertThat(entry.isPresent()).isEqualTo(direct);
  }

  @Test
  void theEntryThatMatchedIsNamed() {
    var environment = Map.of("HTTPS_PROXY", "http://p:1", "NO_PROXY", "a.example,10.0.0.0/8");
    assertThat(Proxies.of(environment).way(URI.create("wss://10.1.2.3/ws")))
        .isEqualTo(new Proxies.Way.Direct("NO_PROXY, 10.0.0.0/8"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.0/33",
        "10.0.0.0/x",
        "10.0.0/8",
        "iot.example/8",
        "fd00::/129",
        "/8",
        "10.0.0.0/"
      })
  void aNetworkThatIsNoneIsNamed(String entry) {
    assertThatThrownBy(() -> Proxies.of(Map.of("NO_PROXY", "a.example," + entry)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("NO_PROXY has the entry '" + entry + "'");
  }
}
