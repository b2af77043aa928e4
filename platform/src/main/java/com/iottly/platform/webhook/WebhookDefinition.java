package com.iottly.platform.webhook;

import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a webhook's owner decides (contract §4).
 *
 * @param description what it is for, 1 to 200 characters
 * @param url where to post to
 * @param type whose messages
 * @param channel only messages of exactly this channel, or null for all
 * @param payloadOnly whether the body is the payload alone
 * @param headers at most 5 headers of the owner's
 */
public record WebhookDefinition(
    String description,
    String url,
    Type type,
    @Nullable String channel,
    boolean payloadOnly,
    List<Header> headers) {

  public WebhookDefinition {
    headers = List.copyOf(headers);
  }

  /** Whose messages a webhook posts. */
  public enum Type {
    /** Those of the agent itself. */
    IOTTLY("iottly", MessageType.IOTTLYAGENT),
    /** Those of management scripts and apps. */
    USER("user", MessageType.USERDEFINED);

    private final String wireName;
    private final MessageType messages;

    Type(String wireName, MessageType messages) {
      this.wireName = wireName;
      this.messages = messages;
    }

    /** The name in the public contract. */
    public String wireName() {
      return wireName;
    }

    MessageType messages() {
      return messages;
    }

    /** The type of that name, when there is one. */
    public static Optional<Type> of(String wireName) {
      for (Type type : values()) {
        if (type.wireName.equals(wireName)) {
          return Optional.of(type);
        }
      }
      return Optional.empty();
    }
  }

  /**
   * A header sent along.
   *
   * @param value a secret, perhaps
   */
  public record Header(String name, String value) {

    @Override
    public String toString() {
      return name + ": (not shown)";
    }
  }

  boolean selects(Message message) {
    return message.type() == type.messages()
        && (channel == null || channel.equals(message.channel()));
  }
}
