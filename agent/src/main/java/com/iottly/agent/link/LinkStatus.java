package com.iottly.agent.link;

/**
 * A look at the link.
 *
 * @param state {@code waiting}, {@code connecting}, {@code greeting}, {@code connected} or {@code
 *     stopped}
 * @param detail why it is so, for a person; empty when there is nothing to say
 * @param sinceMillis when the state began, device clock
 * @param lastAckMillis when the platform last acknowledged, device clock, 0 for never
 */
public record LinkStatus(String state, String detail, long sinceMillis, long lastAckMillis) {

  /** Whether messages are flowing. */
  public boolean connected() {
    return state.equals("connected");
  }
}
