package com.iottly.cli;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
    name = "ping",
    description = "Say whether the platform is there and lets you in.",
    footerHeading = "%nExample:%n",
    footer = "  iottly cli ping && echo \"all is well\"")
final class PingCommand implements Callable<Integer> {

  private final Exchange exchange;

  PingCommand(Exchange exchange) {
    this.exchange = exchange;
  }

  @Override
  public Integer call() {
    var answer = exchange.platform().get("project/ping", Map.of());
    return exchange.say(answer, answer.path("status").asText());
  }
}
