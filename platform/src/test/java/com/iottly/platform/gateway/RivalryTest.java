package com.iottly.platform.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.DeviceId;
import com.iottly.wire.Epoch;
import com.iottly.wire.Payload;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RivalryTest {

  private static final DeviceId DEVICE = new DeviceId(new UUID(1, 2));
  private static final Rival ONE = rival(1, "boot-1", "10.0.0.1");
  private static final Rival TWO = rival(1, "boot-2", "10.0.0.2");

  private final AtomicLong nanos = new AtomicLong();
  private final Rivalry rivalry = new Rivalry(nanos::get);

  private static Rival rival(long epoch, String boot, String address) {
    Payload info = Payload.of("{\"machine_id\":\"m\",\"boot_id\":\"%s\"}".formatted(boot));
    return Rival.of(new Epoch(epoch, epoch), info, address);
  }

  private boolean fought(Rival older, Rival newer) {
    return rivalry.takeOver(DEVICE, older, newer).isPresent();
  }

  @Test
  void aMachineThatComesBackAfterAnotherIsAFight() {
    assertThat(fought(ONE, TWO)).isFalse();
    assertThat(rivalry.takeOver(DEVICE, TWO, ONE))
        .hasValueSatisfying(note ->
            assertThat(note.toString())
                .startsWith("{\"identityconflict\":{")
                .contains("boot-1", "10.0.0.1", "boot-2", "10.0.0.2", "iottly-agent provision"));
  }

  @Test
  void aDeviceThatReconnectsFromAnotherNetworkFightsNobody() {
    Rival moved = rival(1, "boot-1", "192.0.2.7");
    assertThat(fought(ONE, moved)).isFalse();
    assertThat(fought(moved, ONE)).isFalse();
  }

  @Test
  void aDeviceThatRestartsOrHasANewSpoolFightsNobody() {
    assertThat(fought(ONE, TWO)).isFalse();
    assertThat(fought(TWO, rival(1, "boot-3", "10.0.0.1"))).isFalse();
    assertThat(fought(rival(1, "boot-3", "10.0.0.1"), rival(2, "boot-3", "10.0.0.1"))).isFalse();
  }

  @Test
  void aFightIsReportedOnceAnHour() {
    assertThat(fought(ONE, TWO)).isFalse();
    assertThat(fought(TWO, ONE)).isTrue();
    nanos.addAndGet(Rivalry.MEMORY.minusSeconds(1).toNanos());
    assertThat(fought(ONE, TWO)).isFalse();
    nanos.addAndGet(2_000_000_000L);
    assertThat(fought(TWO, ONE)).isTrue();
  }

  @Test
  void factsThatAreNoTextsCountAsUnsaid() {
    Rival odd = Rival.of(new Epoch(1, 1), Payload.of("{\"boot_id\":7,\"machine_id\":{}}"), "");
    assertThat(odd.bootId()).isEmpty();
    assertThat(odd.machineId()).isEmpty();
  }
}
