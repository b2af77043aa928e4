package com.iottly.agent.config;

import java.util.List;

/** The configuration can't be used. The message has one line per problem, without any secret. */
public final class ConfigException extends RuntimeException {

  private static final long serialVersionUID = 1;

  public ConfigException(List<String> problems) {
    super(String.join("\n", problems));
  }

  public ConfigException(String problem) {
    super(problem);
  }

  public ConfigException(String problem, Throwable cause) {
    super(problem, cause);
  }
}
