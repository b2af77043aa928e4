package com.iottly.bench;

import java.util.List;

/** Closes what was opened, the last first, and goes on when one of them fails. */
final class Closing {

  private Closing() {}

  static void all(List<AutoCloseable> opened) {
    for (AutoCloseable resource : opened.reversed()) {
      try {
        resource.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        System.err.println("closing failed: " + BenchException.reason(e));
      }
    }
  }
}
