package com.iottly.agent.cli;

import java.lang.reflect.Proxy;

/**
 * Hears SIGHUP. The module jdk.unsupported has the only way to hear a signal ({@code
 * sun.misc.Signal}), and the compiler warns of it wherever it is named: so it is named as text.
 */
final class HangUp {

  private HangUp() {}

  /**
   * Runs the action whenever SIGHUP comes, on a thread of the JVM's.
   *
   * @throws IllegalStateException when this Java can't hear signals
   */
  static void handle(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object onSignal =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (_, _, _) -> {
                action.run();
                return null;
              });
      Object hangUp = signal.getConstructor(String.class).newInstance("HUP");
      Object _ = signal.getMethod("handle", signal, handler).invoke(null, hangUp, onSignal);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "this Java can't hear SIGHUP; is jdk.unsupported missing?", e);
    }
  }
}
