package com.iottly.agent.net;

import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/** Texts in PEM (RFC 7468), read by hand: for a whole store twice as fast as the JDK does it. */
final class Pem {

  private static final int LINE = 64;

  private Pem() {}

  /**
   * What stands between the marks of that type, in its order.
   *
   * @throws CertificateException when one has no end or is no Base64; it names which
   */
  static List<byte[]> read(String text, String type) throws CertificateException {
    String begin = "-----BEGIN " + type + "-----";
    String end = "-----END " + type + "-----";
    String one = type.toLowerCase(Locale.ROOT);
    var found = new ArrayList<byte[]>();
    for (int at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at)) {
      int start = at + begin.length();
      at = text.indexOf(end, start);
      int number = found.size() + 1;
      if (at < 0) {
        throw new CertificateException(one + " " + number + " has no end");
      }
      try {
        found.add(Base64.getMimeDecoder().decode(text.substring(start, at)));
      } catch (IllegalArgumentException e) {
        throw new CertificateException(one + " " + number + " is damaged", e);
      }
    }
    return found;
  }

  static String write(byte[] der, String type) {
    String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
    return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
  }
}
