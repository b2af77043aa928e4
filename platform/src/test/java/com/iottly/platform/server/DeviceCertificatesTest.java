package com.iottly.platform.server;

import static com.iottly.platform.server.TlsPlatform.showing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.iottly.platform.server.TlsPlatform.Machine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Client certificates on the device link: who gets one, and what each is worth. */
class DeviceCertificatesTest {

  @TempDir Path folder;

  @Test
  void whenRequiredADeviceNeedsItsOwnCertificateAndNobodyElseNeedsAny() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "required")) {
      Machine device = platform.provision();
      Machine other = platform.provision();
      String token = device.token();

      assertThat(platform.check(token, showing(device)).json().path("device").asText())
          .isEqualTo(device.id());
      assertThat(platform.check(token).code()).isEqualTo("certificate_missing");
      assertThat(platform.check(token, showing(other)).code())
          .isEqualTo("certificate_of_other_device");
      Machine foreign = platform.withForeignCertificate(device);
      assertThat(platform.check(token, showing(foreign)).code()).isEqualTo("certificate_foreign");
      assertThat(platform.api("GET", "project/ping", "").json().path("status").asText())
          .isEqualTo("pong");
      assertThat(
              platform
                  .curl("https://" + platform.address() + "/health/ready", showing(foreign))
                  .status())
          .isEqualTo(200);

      platform.restart();
      assertThat(platform.check(token, showing(device)).status()).isEqualTo(200);

      platform.clock.advance(Duration.ofDays(90).minusSeconds(1));
      assertThat(platform.check(token, showing(device)).status()).isEqualTo(200);
      platform.clock.advance(Duration.ofSeconds(2));
      assertThat(platform.check(token, showing(device)).code()).isEqualTo("certificate_expired");
    }
  }

  @Test
  void aCertificateIsVoidWithItsToken() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "required")) {
      Machine device = platform.provision();
      String path = "project/" + platform.project() + "/device/" + device.id();

      String next = platform.api("POST", path + "/token", "{}").json().path("token").asText();
      assertThat(platform.check(device.token(), showing(device)).code()).isEqualTo("token_revoked");
      assertThat(platform.check(next, showing(device)).code()).isEqualTo("certificate_revoked");

      assertThat(platform.api("POST", path + "/revoke", "{}").status()).isEqualTo(200);
      assertThat(platform.check(next, showing(device)).code()).isEqualTo("token_revoked");
    }
  }

  @Test
  void whoMayConnectMayHaveACertificateForANewKey() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "required")) {
      Machine device = platform.provision();
      String request = platform.request("renewed");

      assertThat(platform.link("/certificate", device.token(), "--data-binary", request).code())
          .isEqualTo("certificate_missing");
      var renewed = certify(platform, device, request);
      assertThat(renewed.status()).isEqualTo(200);
      Path certificate = folder.resolve("renewed.crt");
      Files.writeString(certificate, renewed.json().path("certificate").asText());
      Machine after =
          new Machine(folder.resolve("renewed.key"), certificate, device.id(), device.token());
      assertThat(platform.check(device.token(), showing(after)).status()).isEqualTo(200);

      assertThat(certify(platform, device, "not PEM").code()).isEqualTo("bad_certificate_request");
      assertThat(certify(platform, device, withWrongSignature(request)).code())
          .isEqualTo("bad_certificate_request");
      assertThat(certify(platform, device, "x".repeat(8192)).code())
          .isEqualTo("bad_certificate_request");
      assertThat(certify(platform, device, "x".repeat(8193)).code()).isEqualTo("too_large");
      assertThat(platform.link("/certificate", device.token()).code())
          .isEqualTo("method_not_allowed");
    }
  }

  private static TlsPlatform.Answer certify(TlsPlatform platform, Machine device, String request)
      throws Exception {
    String[] shown = showing(device);
    return platform.link(
        "/certificate",
        device.token(),
        shown[0],
        shown[1],
        shown[2],
        shown[3],
        "--data-binary",
        request);
  }

  private static String withWrongSignature(String request) {
    int at = request.indexOf("\n-----END") - 8;
    char other = request.charAt(at) == 'A' ? 'B' : 'A';
    return request.substring(0, at) + other + request.substring(at + 1);
  }

  @Test
  void aRegistrationWithoutARequestIsRefusedBeforeItUsesAnythingUp() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "required")) {
      assertThat(platform.provision("box", "").code()).isEqualTo("bad_certificate_request");
      assertThat(platform.provision("box", "nonsense").code()).isEqualTo("bad_certificate_request");
      assertThat(
              platform
                  .api("GET", "project/" + platform.project() + "/devices/props", "")
                  .json()
                  .path("count")
                  .asInt())
          .isZero();
    }
  }

  @Test
  void whenOptionalOnlyAnotherDevicesCertificateKeepsADeviceOut() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "optional")) {
      Machine device = platform.provision();
      Machine other = platform.provision();
      String token = device.token();

      assertThat(platform.check(token).status()).isEqualTo(200);
      assertThat(platform.check(token, showing(device)).status()).isEqualTo(200);
      assertThat(platform.check(token, showing(platform.withForeignCertificate(device))).status())
          .isEqualTo(200);
      assertThat(platform.check(token, showing(other)).code())
          .isEqualTo("certificate_of_other_device");
      platform.clock.advance(Duration.ofDays(91));
      assertThat(platform.check(token, showing(device)).status()).isEqualTo(200);
      assertThat(platform.provision("without", "").json().has("certificate")).isFalse();
    }
  }

  @Test
  void whenOffNoneIsIssuedOrAskedFor() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "off")) {
      var answer = platform.provision("box", platform.request("box"));
      String token = answer.json().path("token").asText();

      assertThat(answer.json().has("certificate")).isFalse();
      assertThat(platform.check(token).status()).isEqualTo(200);
      assertThat(
              platform
                  .link("/certificate", token, "--data-binary", platform.request("again"))
                  .code())
          .isEqualTo("certificates_off");
      assertThat(handshake(platform)).contains("No client certificate CA names sent");
    }
  }

  @Test
  void theHandshakeNamesOurAuthorityAloneSoThatBrowsersHaveNothingToOffer() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "optional")) {
      assertThat(handshake(platform))
          .containsPattern(
              "Acceptable client certificate CA names\nCN = Iottly devices [0-9a-f]+\n[A-Z]");
    }
  }

  private String handshake(TlsPlatform platform) throws Exception {
    return TlsPlatform.run(
        folder, "openssl s_client -connect " + platform.address() + " -CAfile server.crt");
  }

  @Test
  void theAuthoritysKeyIsOfNoUseWithoutTheKeyFile() throws Exception {
    try (TlsPlatform platform = TlsPlatform.in(folder, "optional")) {
      platform.provision();
    }
    Files.write(folder.resolve("data/secrets.key"), new byte[32]);
    assertThatThrownBy(() -> TlsPlatform.in(folder, "optional"))
        .hasMessageContaining("secrets.key");
  }

  @Test
  void theyNeedTlsThatTheServerItselfEnds() {
    Map<String, String> plain = Map.of("IOTTLY_SERVER_TLS_DEVICE_CERTIFICATES", "required");
    assertThatThrownBy(() -> ServerConfig.read(Optional.empty(), plain))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tls.device_certificates")
        .hasMessageContaining("tls.certificate");
    Map<String, String> wrong = Map.of("IOTTLY_SERVER_TLS_DEVICE_CERTIFICATES", "yes");
    assertThatThrownBy(() -> ServerConfig.read(Optional.empty(), wrong))
        .hasMessageContaining("off, optional or required");
  }
}
