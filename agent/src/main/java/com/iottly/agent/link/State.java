package com.iottly.agent.link;

/**
 * Where the link is; the transitions stand at {@link Link}. Deadlines are monotonic nanoseconds.
 */
sealed interface State {

  /** No connection until the deadline. */
  record Waiting(long until) implements State {}

  /** The handshake is under way. */
  record Connecting(Connection connection, long deadline) implements State {}

  /** HELLO is sent. */
  record Greeting(Connection connection, long deadline, long helloAt, long helloClock)
      implements State {}

  /** WELCOME has come. */
  record Live(Connection connection, Session session, long since) implements State {}

  /** The end. */
  record Stopped() implements State {}
}
