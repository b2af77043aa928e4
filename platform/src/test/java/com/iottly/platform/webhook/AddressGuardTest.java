package com.iottly.platform.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.webhook.AddressGuard.Verdict;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which addresses a webhook may reach. Names resolve to what the test says, by hand. */
class AddressGuardTest {

  private static AddressGuard guard(List<String> allow, String... addresses) {
    return new AddressGuard(
        EndpointPolicy.of(allow, false, Optional.empty()),
        host -> Arrays.stream(addresses).map(InetAddress::ofLiteral).toArray(InetAddress[]::new));
  }

  private static Verdict check(String... addresses) {
    return guard(List.of(), addresses).check("hook.example.com");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "100.64.0.1",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.254",
        "169.254.169.254",
        "172.16.0.1",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.2.1",
        "192.168.1.1",
        "198.18.0.1",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808",
        "100::1",
        "2001::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "3fff::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fec0::1",
        "ff02::1"
      })
  void whatIsNotPublicIsForbidden(String address) {
    assertThat(check(address)).isInstanceOf(Verdict.Forbidden.class);
    // One bad address among good ones is enough.
    assertThat(check("8.8.8.8", address)).isInstanceOf(Verdict.Forbidden.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.1",
        "172.15.255.255",
        "172.32.0.1",
        "192.167.255.255",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8"
      })
  void whatIsPublicIsReachableAtTheCheckedAddress(String address) {
    assertThat(check(address)).isEqualTo(new Verdict.Reachable(InetAddress.ofLiteral(address)));
  }

  @Test
  void theOperatorAllowsNetworksAddressesAndNames() {
    Verdict.Reachable inside = new Verdict.Reachable(InetAddress.ofLiteral("10.1.2.3"));
    assertThat(guard(List.of("10.1.0.0/16"), "10.1.2.3").check("a.example")).isEqualTo(inside);
    assertThat(guard(List.of("10.1.2.3"), "10.1.2.3").check("a.example")).isEqualTo(inside);
    assertThat(guard(List.of("A.example"), "10.1.2.3").check("a.EXAMPLE")).isEqualTo(inside);
    assertThat(guard(List.of("fd00::/8"), "fd12::1").check("[fd12::1]"))
        .isEqualTo(new Verdict.Reachable(InetAddress.ofLiteral("fd12::1")));
    assertThat(guard(List.of("10.1.0.0/16"), "10.2.0.1").check("a.example"))
        .isInstanceOf(Verdict.Forbidden.class);
    assertThat(guard(List.of("a.example"), "10.1.2.3").check("b.a.example"))
        .isInstanceOf(Verdict.Forbidden.class);
  }

  @Test
  void aNameNobodyKnowsIsUnknownForNow() {
    AddressGuard guard =
        new AddressGuard(
            EndpointPolicy.strict(),
            host -> {
              throw new UnknownHostException(host);
            });
    assertThat(guard.check("nowhere.example")).isInstanceOf(Verdict.Unknown.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10.0.0.0/33", "10.0.0.0/x", "a b", "", "-a.example", "1.2.3.4/8/9"})
  void anAllowListOfSomethingElseIsRefused(String text) {
    assertThatThrownBy(() -> EndpointPolicy.of(List.of(text), false, Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
