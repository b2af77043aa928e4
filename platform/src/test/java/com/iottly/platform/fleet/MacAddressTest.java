package com.iottly.platform.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MacAddressTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0a:1b:2c:3d:4e:5f",
        "0A:1B:2C:3D:4E:5F",
        "0a-1b-2c-3d-4e-5f",
        "0a1b2c3d4e5f",
        "0A1B.2C3D.4E5F"
      })
  void everyUsualSpellingIsTheSameAddress(String text) {
    assertThat(MacAddress.parse(text)).contains(new MacAddress("0a:1b:2c:3d:4e:5f"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0a:1b:2c:3d:4e",
        "0a:1b:2c:3d:4e:5f:60",
        "0a1b2c3d4e5",
        "a:1b:2c:3d:4e:5f",
        "0a:1b:2c:3d:4e:5f\n",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "01:00:00:00:00:00"
      })
  void nothingElseIsAnAddress(String text) {
    assertThat(MacAddress.parse(text)).isEmpty();
  }

  @Test
  void theConstructorTakesTheOneSpellingOnly() {
    assertThatThrownBy(() -> new MacAddress("0A:1B:2C:3D:4E:5F"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
