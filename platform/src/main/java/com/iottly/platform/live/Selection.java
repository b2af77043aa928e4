package com.iottly.platform.live;

import com.iottly.platform.core.DeviceId;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.filter.Budget;
import com.iottly.platform.filter.Filter;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription wants of its project.
 *
 * @param kinds these kinds of events; a presence change is a message to whom does not ask for
 *     presence
 * @param devices of these devices, or of all when there are none
 * @param type only messages of this type, or null
 * @param channel only messages on this channel, or null
 * @param filter only messages that satisfy it, or null
 */
record Selection(
    Set<Kind> kinds,
    Set<DeviceId> devices,
    @Nullable MessageType type,
    @Nullable String channel,
    @Nullable Filter filter) {

  Selection {
    kinds = Set.copyOf(kinds);
    devices = Set.copyOf(devices);
  }

  /**
   * As what the entry is wanted, or null when it is not.
   *
   * @throws Budget.SpentException when the budget is spent before that is known
   */
  @Nullable Kind wanted(Rendered rendered, Budget budget) {
    Entry entry = rendered.entry();
    if (!devices.isEmpty() && !devices.contains(entry.device())) {
      return null;
    }
    Kind kind = rendered.kind();
    if (kind != Kind.MESSAGE && kinds.contains(kind)) {
      return kind;
    }
    return entry instanceof Message message
            && kinds.contains(Kind.MESSAGE)
            && isWanted(message, budget)
        ? Kind.MESSAGE
        : null;
  }

  private boolean isWanted(Message message, Budget budget) {
    return (type == null || type == message.type())
        && (channel == null || channel.equals(message.channel()))
        && (filter == null || filter.matches(message, budget));
  }
}
