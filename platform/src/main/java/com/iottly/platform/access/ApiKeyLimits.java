package com.iottly.platform.access;

/**
 * Limits on API keys.
 *
 * @param keysPerProject how many keys a project may have; default 100
 * @param cached for how many keys {@link ApiKeys#verify} costs no SQL; default 10,000
 */
public record ApiKeyLimits(int keysPerProject, int cached) {

  public ApiKeyLimits {
    if (keysPerProject < 1 || cached < 1) {
      throw new IllegalArgumentException("limits on API keys must be positive");
    }
  }

  public static ApiKeyLimits defaults() {
    return new ApiKeyLimits(100, 10_000);
  }
}
