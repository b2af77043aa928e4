package com.iottly.platform.filter;

import com.iottly.platform.core.History;
import com.iottly.platform.core.MessageId;
import com.iottly.platform.core.MessageType;
import com.iottly.platform.filter.Condition.Relation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The part of the history outside of which a filter matches nothing, from what all of the filter
 * demands of a message's timestamp, id and type. Never too narrow; the filter is still put to every
 * message inside.
 *
 * @param from inclusive, or null
 * @param to exclusive, or null
 * @param before only messages with a smaller id, or null
 * @param types only these types
 */
public record PushDown(
    @Nullable Instant from,
    @Nullable Instant to,
    @Nullable MessageId before,
    Set<MessageType> types) {

  /** All of the history. */
  public static final PushDown EVERYTHING =
      new PushDown(null, null, null, EnumSet.allOf(MessageType.class));

  static final PushDown NOTHING = new PushDown(null, null, null, Set.of());

  public PushDown {
    types = Set.copyOf(types);
  }

  static PushDown of(Expression expression) {
    return switch (expression) {
      case Expression.And(List<Expression> parts) -> {
        PushDown all = EVERYTHING;
        for (Expression part : parts) {
          all = all.and(of(part));
        }
        yield all;
      }
      case Expression.Field(FieldPath path, Condition condition) ->
          switch (path.text()) {
            case "timestamp" -> ofTimestamp(condition);
            case "_id" -> ofId(condition);
            case "type" -> ofType(condition);
            default -> EVERYTHING;
          };
      case Expression.Or _, Expression.Not _ -> EVERYTHING;
    };
  }

  /** Whether no message can be inside. */
  public boolean isNothing() {
    return types.isEmpty() || (from != null && to != null && !from.isBefore(to));
  }

  /** The same for a scan that begins behind {@code after}, when that is given. */
  public History.Range newestFirst(@Nullable MessageId after) {
    return new History.Range(from, to, min(before, after), types, true);
  }

  private PushDown and(PushDown other) {
    return new PushDown(
        max(from, other.from),
        min(to, other.to),
        min(before, other.before),
        types.stream().filter(other.types::contains).collect(Collectors.toSet()));
  }

  private static PushDown ofTimestamp(Condition condition) {
    if (!(condition instanceof Condition.Compare(Relation relation, Value operand))) {
      return EVERYTHING;
    }
    if (!(operand instanceof Value.DateTime(long millis))) {
      return NOTHING;
    }
    Instant moment = Instant.ofEpochMilli(millis);
    Instant next = moment.plusMillis(1);
    return switch (relation) {
      case EQ -> between(moment, next);
      case GTE -> between(moment, null);
      case GT -> between(next, null);
      case LT -> between(null, moment);
      case LTE -> between(null, next);
    };
  }

  /** An id begins with the seconds of the message's timestamp. */
  private static PushDown ofId(Condition condition) {
    if (!(condition instanceof Condition.Compare(Relation relation, Value operand))) {
      return EVERYTHING;
    }
    if (!(operand instanceof Value.ObjectId(MessageId id))) {
      return NOTHING;
    }
    Instant second = Instant.ofEpochSecond(id.seconds());
    Instant next = second.plusSeconds(1);
    return switch (relation) {
      case EQ -> between(second, next);
      case GTE, GT -> between(second, null);
      case LTE -> between(null, next);
      case LT -> new PushDown(null, next, id, EVERYTHING.types());
    };
  }

  private static PushDown ofType(Condition condition) {
    List<Value> wanted = new ArrayList<>();
    switch (condition) {
      case Condition.Compare(Relation relation, Value operand) when relation == Relation.EQ ->
          wanted.add(operand);
      case Condition.In(List<Value> values, var patterns) when patterns.isEmpty() ->
          wanted.addAll(values);
      default -> {
        return EVERYTHING;
      }
    }
    Set<MessageType> types =
        wanted.stream()
            .<MessageType>mapMulti((value, sink) -> {
              if (value instanceof Value.Text(String name)) {
                MessageType.of(name).ifPresent(sink);
              }
            })
            .collect(Collectors.toSet());
    return new PushDown(null, null, null, types);
  }

  private static PushDown between(@Nullable Instant from, @Nullable Instant to) {
    return new PushDown(from, to, null, EVERYTHING.types());
  }

  private static <T extends Comparable<T>> @Nullable T min(@Nullable T a, @Nullable T b) {
    return a == null ? b : b == null || a.compareTo(b) <= 0 ? a : b;
  }

  private static <T extends Comparable<T>> @Nullable T max(@Nullable T a, @Nullable T b) {
    return a == null ? b : b == null || a.compareTo(b) >= 0 ? a : b;
  }
}
