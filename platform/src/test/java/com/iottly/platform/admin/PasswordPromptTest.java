package com.iottly.platform.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PasswordPromptTest {

  @Test
  void itAsksOnceAndOnlyWhenRead() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    PasswordPrompt prompt =
        new PasswordPrompt(() -> ("horse " + asked.incrementAndGet()).toCharArray());
    assertThat(asked).hasValue(0);
    assertThat(Exchange.line(prompt)).contains("horse 1");
    assertThat(prompt.read()).isEqualTo(-1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void anEndedTerminalIsNoPassword() throws IOException {
    assertThat(Exchange.line(new PasswordPrompt(() -> null))).isEmpty();
  }
}
