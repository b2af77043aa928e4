package com.iottly.platform.webhook;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Message;
import com.iottly.platform.core.MessageId;

/** What a {@link Lane} wants done, outside of its lock. */
sealed interface Step {

  /** Send the message; answer {@link Lane#finished}. */
  record Send(Lane lane, Line line, Webhook webhook, Endpoint endpoint, Message message, int count)
      implements Step {}

  /** Look for the device's messages from that one on; answer {@link Lane#loaded}. */
  record Load(Lane lane, Line line, MessageId from, long through) implements Step {}

  /** Read the project's entries behind the cursor; answer {@link Lane#read}. */
  record Read(Lane lane, int generation, Cursor after, int limit) implements Step {}

  /** Let the tailer bring the lane to its own place; it answers {@link Lane#joined}. */
  record Join(Lane lane, int generation, Cursor after) implements Step {}
}
