package com.iottly.agent.link;

import org.jspecify.annotations.Nullable;

/**
 * Where the link is; the transitions stand at {@link Link}. Deadlines are monotonic nanoseconds.
 */
sealed interface State {

  /** The connection there is, if any. */
  default @Nullable Connection connection() {
    return null;
  }

  /** No connection until the deadline. */
  record Waiting(long until) implements State {}

  /** The handshake is under way. */
  record Connecting(Connection connection, long deadline) implements State {}

  /** HELLO is sent. */
  record Greeting(Connection connection, long deadline, long helloAt, long helloClock)
      implements State {}

  /** WELCOME has come. */
  record Live(Conversation conversation, long since) implements State {
    @Override
    public Connection connection() {
      return conversation.connection();
    }
  }

  /** The end. */
  record Stopped() implements State {}
}
