package com.iottly.cli;

import com.iottly.cli.http.ApiException;
import com.iottly.cli.stream.RefusedException;

/** What a command ends with (docs/cli.md). */
final class ExitCode {

  static final int DONE = 0;
  static final int FAILED = 1;
  static final int USAGE = 2;
  static final int UNREACHABLE = 3;
  static final int NOT_SIGNED_IN = 4;
  static final int FORBIDDEN = 5;
  static final int NOT_FOUND = 6;
  static final int REFUSED = 7;
  static final int UNSUCCESSFUL = 8;
  static final int UNDECIDED = 9;

  private ExitCode() {}

  static int of(RefusedException refusal) {
    return switch (refusal.code()) {
      case "scope_missing" -> FORBIDDEN;
      case "unknown_device", "not_found" -> NOT_FOUND;
      default -> REFUSED;
    };
  }

  static int of(ApiException refusal) {
    if (refusal.code().equals("wrong_device")) {
      return NOT_FOUND;
    }
    return switch (refusal.status()) {
      case 401 -> NOT_SIGNED_IN;
      case 403 -> FORBIDDEN;
      case 404 -> refusal.code().isEmpty() ? FAILED : NOT_FOUND;
      case 400, 409, 413, 429 -> REFUSED;
      default -> FAILED;
    };
  }
}
