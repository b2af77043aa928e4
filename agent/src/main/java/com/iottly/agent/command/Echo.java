package com.iottly.agent.command;

import com.iottly.agent.json.Json;
import com.iottly.agent.spool.AppendOutcome;
import com.iottly.agent.spool.Spool;
import com.iottly.wire.Frame.Kind;
import com.iottly.wire.Payload;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The built-in command {@code echo}: answers with a user message that repeats its content. */
public final class Echo implements CommandHandler {

  /** The type it handles. */
  public static final String TYPE = "echo";

  private final Spool spool;

  public Echo(Spool spool) {
    this.spool = spool;
  }

  @Override
  public CommandResult run(Payload body) {
    if (!(Json.read(body).get(TYPE) instanceof Map<?, ?> keywords)
        || !keywords.containsKey("content")) {
      return new CommandResult.Failed("an echo needs {\"echo\":{\"content\":…}}");
    }
    var content = new HashMap<String, @Nullable Object>();
    content.put("content", keywords.get("content"));
    Payload answer = Json.payload(Map.of("ECHO", Map.of(TYPE, content)));
    return switch (spool.append(Kind.USERDEFINED, null, answer).join()) {
      case AppendOutcome.Stored _ -> new CommandResult.Succeeded(null);
      case AppendOutcome.Full(String reason) -> new CommandResult.Failed(reason);
      case AppendOutcome.Failed(String reason) -> new CommandResult.Failed(reason);
      case AppendOutcome.Refused(String reason) -> new CommandResult.Failed(reason);
    };
  }
}
