package com.iottly.agent.net;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** A certificate is not accepted; the message says why and what to do. */
public final class CertificateProblem extends CertificateException {

  private static final long serialVersionUID = 1;

  private final Kind kind;
  private final transient List<X509Certificate> chain;
  private final String what;
  private final String fix;

  /** What is wrong with it. */
  public enum Kind {
    EXPIRED,
    NOT_YET_VALID,
    SELF_SIGNED,
    UNKNOWN_CA,
    WRONG_HOST,
    /** Something else, in the words of this Java. */
    OTHER
  }

  CertificateProblem(
      Kind kind, List<X509Certificate> chain, String what, String fix, CertificateException cause) {
    super(what + "; " + fix, cause);
    this.kind = kind;
    this.chain = chain;
    this.what = what;
    this.fix = fix;
  }

  Kind kind() {
    return kind;
  }

  /** What the other end has shown, its own certificate first. */
  public List<X509Certificate> chain() {
    return chain;
  }

  String what() {
    return what;
  }

  String fix() {
    return fix;
  }
}
