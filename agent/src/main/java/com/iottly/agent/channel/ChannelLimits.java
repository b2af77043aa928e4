package com.iottly.agent.channel;

/**
 * The limits of channels ({@code docs/agent.md}).
 *
 * @param channels how many may be open at once
 * @param window how many bytes a channel takes from the platform before its session has dealt with
 *     them
 * @param queue how many bytes of a channel wait to be sent before its session has to
 * @param controls how many words of the client a channel keeps for its session
 */
public record ChannelLimits(int channels, int window, int queue, int controls) {

  /** 16 channels, 128 KiB in, 64 KiB out, 64 words. */
  public static ChannelLimits defaults() {
    return of(16);
  }

  /** The same with as many channels. */
  public static ChannelLimits of(int channels) {
    return new ChannelLimits(channels, 128 << 10, 64 << 10, 64);
  }
}
