package com.iottly.platform.server;

/** The configuration can't be used. The message names the key, the value and what is allowed. */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1;

  ConfigException(String message) {
    super(message, null, false, false);
  }
}
