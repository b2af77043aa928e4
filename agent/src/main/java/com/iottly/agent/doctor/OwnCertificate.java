package com.iottly.agent.doctor;

import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Identity;
import com.iottly.agent.doctor.Finding.Step;
import com.iottly.agent.net.ClientCertificate;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** What this machine shows to a platform that wants a client certificate. */
record OwnCertificate(AgentConfig config, InstantSource clock) {

  Finding finding() {
    var files = config.security().client();
    if (files.isEmpty()) {
      return Finding.skipped(
          Step.CERTIFICATE, "none: this machine shows its token alone to the platform");
    }
    X509Certificate own = ClientCertificate.of(files.get()).certificate();
    Path key = files.get().key();
    return finding(own, key).with(Certificates.lines(List.of(own)));
  }

  private Finding finding(X509Certificate own, Path key) {
    Instant now = clock.instant();
    Instant end = own.getNotAfter().toInstant();
    if (now.isAfter(end)) {
      return failed("expired on " + end + ", and this machine's clock says " + now);
    }
    if (now.isBefore(own.getNotBefore().toInstant())) {
      return Finding.failed(
          Step.CERTIFICATE,
          "is not valid before %s, and this machine's clock says %s"
              .formatted(own.getNotBefore().toInstant(), now),
          "the clock is probably wrong: set it (timedatectl set-ntp true)");
    }
    if (isOfAnotherDevice(own)) {
      return failed("is that of another device than the token");
    }
    var readable = ConfigFile.finding(key, "the key of the client certificate");
    if (readable.isPresent()) {
      return Finding.warning(Step.CERTIFICATE, readable.get(), "chmod 600 " + key);
    }
    long days = Duration.between(now, end).toDays();
    Duration life = Duration.between(own.getNotBefore().toInstant(), end);
    return Duration.between(now, end).compareTo(life.dividedBy(4)) < 0
        ? Finding.warning(
            Step.CERTIFICATE,
            "is good for %d more days and was not renewed".formatted(days),
            "see why in the log; one of your own is yours to renew")
        : Finding.ok(Step.CERTIFICATE, "is good for %d more days".formatted(days));
  }

  /** The platform's certificates name their device; an operator's own name what they like. */
  private boolean isOfAnotherDevice(X509Certificate own) {
    String name = own.getSubjectX500Principal().getName();
    return name.matches("CN=[0-9a-f-]{36}")
        && Identity.of(config.agent().token())
            .filter(identity -> !name.equals("CN=" + identity.device()))
            .isPresent();
  }

  private static Finding failed(String said) {
    return Finding.failed(
        Step.CERTIFICATE, said, "run iottly-agent provision again, or renew one of your own");
  }
}
