package com.iottly.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A kind of things that people call by name and the API by id.
 *
 * @param kind what one is called
 * @param id the form of an id
 * @param idMember the member with the id
 * @param nameMember the member with the name
 * @param lister the command that lists them
 */
record Named(String kind, Pattern id, String idMember, String nameMember, String lister) {

  private static final String UUID_FORM = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";
  private static final int MOST_CANDIDATES = 10;

  static final Named PROJECT =
      new Named("project", Pattern.compile("[0-9a-f]{24}"), "id", "name", "project list");
  static final Named DEVICE =
      new Named("device", Pattern.compile(UUID_FORM), "id", "name", "device list");
  static final Named WEBHOOK =
      new Named("webhook", Pattern.compile("[0-9a-f]{24}"), "id", "description", "webhook list");
  static final Named KEY =
      new Named("key", Pattern.compile(UUID_FORM), "id", "description", "key list");

  boolean isId(String text) {
    return id.matcher(text).matches();
  }

  /**
   * The id of the one of that name; upper and lower case count only when they have to.
   *
   * @param candidates hands over all that it may be
   * @throws CliException when there is none, or more than one
   */
  String find(String name, Consumer<Consumer<JsonNode>> candidates) {
    List<JsonNode> same = new ArrayList<>();
    List<JsonNode> alike = new ArrayList<>();
    candidates.accept(candidate -> {
      String its = candidate.path(nameMember).asText();
      if (its.equals(name)) {
        same.add(candidate);
      } else if (its.equalsIgnoreCase(name)) {
        alike.add(candidate);
      }
    });
    List<JsonNode> found = same.isEmpty() ? alike : same;
    if (found.isEmpty()) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "there is no %s '%s': see iottly cli %s".formatted(kind, name, lister));
    }
    if (found.size() > 1) {
      throw new CliException(
          ExitCode.NOT_FOUND,
          "there are %d of the name '%s', give the id of the %s: %s"
              .formatted(found.size(), name, kind, listed(found)));
    }
    return found.getFirst().path(idMember).asText();
  }

  private String listed(List<JsonNode> found) {
    String some =
        found.stream()
            .limit(MOST_CANDIDATES)
            .map(one -> one.path(idMember).asText())
            .collect(Collectors.joining(", "));
    return found.size() > MOST_CANDIDATES ? some + ", …" : some;
  }
}
