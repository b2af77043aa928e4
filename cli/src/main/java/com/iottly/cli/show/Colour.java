package com.iottly.cli.show;

/** How a cell stands out, where colours are shown. */
public enum Colour {
  PLAIN(""),
  GOOD("\u001b[32m"),
  BAD("\u001b[31m"),
  FAINT("\u001b[2m"),
  HEADING("\u001b[1m");

  private static final String END = "\u001b[0m";

  private final String begin;

  Colour(String begin) {
    this.begin = begin;
  }

  /** The text in this colour. */
  public String paint(String text) {
    return this == PLAIN || text.isEmpty() ? text : begin + text + END;
  }

  /** Of a state's name. */
  static Colour of(String state) {
    return switch (state) {
      case "connected", "succeeded", "active", "available" -> GOOD;
      case "failed", "expired", "disabled" -> BAD;
      case "disconnected", "cancelled", "paused" -> FAINT;
      default -> PLAIN;
    };
  }
}
