package com.iottly.platform.rocksdb;

import static com.iottly.platform.core.Samples.DEVICE;
import static com.iottly.platform.core.Samples.EPOCH;
import static com.iottly.platform.core.Samples.OTHER_DEVICE;
import static com.iottly.platform.core.Samples.PROJECT;
import static com.iottly.platform.core.Samples.messages;
import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.core.DeviceId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class AppendOrderTest {

  private static Request append(DeviceId device, long first) {
    return new Request.Append(
        PROJECT, device, 1, EPOCH, first, messages(first, first), 1, new CompletableFuture<>());
  }

  private static Request open(DeviceId device) {
    return new Request.Open(device, EPOCH, new CompletableFuture<>());
  }

  @Test
  void appendsOfADeviceComeSideBySideInTheirOrder() {
    Request a1 = append(DEVICE, 1);
    Request b1 = append(OTHER_DEVICE, 1);
    Request a2 = append(DEVICE, 2);
    Request b2 = append(OTHER_DEVICE, 2);
    assertThat(AppendOrder.byDevice(List.of(a1, b1, a2, b2))).containsExactly(a1, a2, b1, b2);
  }

  @Test
  void nothingPassesARequestOfAnotherKind() {
    Request a1 = append(DEVICE, 1);
    Request b1 = append(OTHER_DEVICE, 1);
    Request reopened = open(DEVICE);
    Request a2 = append(DEVICE, 1);
    assertThat(AppendOrder.byDevice(List.of(a1, b1, reopened, a2)))
        .containsExactly(a1, b1, reopened, a2);
  }
}
