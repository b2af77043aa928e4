package com.iottly.agent.remote.policy;

import com.iottly.agent.channel.RefusedException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The members of a JSON object from a client, checked as they are read. */
public record Arguments(Map<String, @Nullable Object> members) {

  /** The members of an object within another. */
  public static Arguments of(Map<?, ?> object) {
    var members = new LinkedHashMap<String, @Nullable Object>();
    object.forEach((name, value) -> members.put(String.valueOf(name), value));
    return new Arguments(members);
  }

  /** Who asks, as the platform says. */
  public String by() throws RefusedException {
    return members.get("by") instanceof Map<?, ?> by ? of(by).text("name") : "somebody";
  }

  /** Whether it is there and not null. */
  public boolean has(String name) {
    return members.get(name) != null;
  }

  /** A text that must be there. */
  public String text(String name) throws RefusedException {
    if (members.get(name) instanceof String text && !text.isEmpty()) {
      return text;
    }
    throw bad(name, "a text that is not empty");
  }

  public String text(String name, String otherwise) throws RefusedException {
    return has(name) ? text(name) : otherwise;
  }

  /** One of these texts; the first is what it is when it is not there. */
  public String choice(String name, List<String> allowed) throws RefusedException {
    String text = text(name, allowed.getFirst());
    if (!allowed.contains(text)) {
      throw bad(name, String.join(", ", allowed));
    }
    return text;
  }

  /** A whole number within bounds, both included. */
  public long number(String name, long otherwise, long least, long most) throws RefusedException {
    Object value = members.get(name);
    if (value == null) {
      return otherwise;
    }
    if ((value instanceof Integer || value instanceof Long)
        && ((Number) value).longValue() >= least
        && ((Number) value).longValue() <= most) {
      return ((Number) value).longValue();
    }
    throw bad(name, "a whole number from %d to %d".formatted(least, most));
  }

  /** A whole number that must be there. */
  public long number(String name, long least, long most) throws RefusedException {
    if (!has(name)) {
      throw bad(name, "a whole number from %d to %d".formatted(least, most));
    }
    return number(name, least, least, most);
  }

  public boolean flag(String name) throws RefusedException {
    return switch (members.get(name)) {
      case null -> false;
      case Boolean flag -> flag;
      default -> throw bad(name, "true or false");
    };
  }

  /** The refusal of a member. */
  public RefusedException bad(String name, String allowed) {
    String shown = has(name) ? "'" + members.get(name) + "'" : "missing";
    return new RefusedException(
        "bad_argument", "%s is %s; allowed: %s".formatted(name, shown, allowed));
  }
}
