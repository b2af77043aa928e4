package com.iottly.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class BindingTest {

  private static final String MAC = "02:42:ac:11:00:02";
  private static final String OTHER_MAC = "02:42:ac:11:00:03";

  @Test
  void theFormInTheConfigurationIsReadBack() {
    for (String form : new String[] {MAC + " m1", "- m1", MAC + " -", "- -"}) {
      assertThat(Binding.parse(form)).hasValueSatisfying(it -> assertThat(it).hasToString(form));
    }
    for (String form : new String[] {"", MAC, "m1", MAC + "  m1", MAC.toUpperCase() + "F m1"}) {
      assertThat(Binding.parse(form)).isEmpty();
    }
  }

  @Test
  void theSameMachineMatchesWithAnyOfItsInterfaces() {
    assertThat(new Binding(MAC, "m1").mismatch("m1", Set.of(OTHER_MAC, MAC))).isEmpty();
  }

  @Test
  void anotherMachineIdOrMissingInterfaceSpeaksAgainstIt() {
    assertThat(new Binding(MAC, "m1").mismatch("m2", Set.of(MAC)))
        .contains("its machine id is m2, not m1");
    assertThat(new Binding(MAC, "m1").mismatch("m1", Set.of(OTHER_MAC)))
        .contains("it has the MAC addresses " + OTHER_MAC + ", not " + MAC);
  }

  @Test
  void whatIsNotKnownIsNotCompared() {
    assertThat(new Binding("", "").mismatch("m2", Set.of(OTHER_MAC))).isEmpty();
    assertThat(new Binding(MAC, "m1").mismatch("", Set.of())).isEmpty();
  }
}
