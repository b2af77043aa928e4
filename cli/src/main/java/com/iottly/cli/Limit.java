package com.iottly.cli;

/** The most elements of a list that are wanted. */
record Limit(int count) {

  static final Limit ALL = new Limit(Integer.MAX_VALUE);
}
