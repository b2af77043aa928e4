package com.iottly.platform.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.core.ProjectId;
import io.vertx.core.MultiMap;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A request on its way through a handler.
 *
 * @param path the parameters of the path
 * @param query the parameters behind the question mark
 * @param headers the request's headers
 * @param body the request's JSON object, empty when the call reads none
 * @param caller who makes it
 * @param origin scheme, host and port under which the caller reached us
 * @param address the caller's IP address, or the one of the proxy in front of us
 * @param turns where the call may step aside while it waits
 */
record ApiCall(
    Map<String, String> path,
    QueryString query,
    MultiMap headers,
    ObjectNode body,
    Caller caller,
    String origin,
    String address,
    Turns turns) {

  ApiCall with(ObjectNode requestBody) {
    return new ApiCall(path, query, headers, requestBody, caller, origin, address, turns);
  }

  /** The project of the path; the caller was found good for it. */
  ProjectId project() {
    return new ProjectId(parameter("project"));
  }

  String parameter(String name) {
    String value = path.get(name);
    if (value == null) {
      throw new IllegalStateException("the route has no parameter " + name);
    }
    return value;
  }

  /**
   * That parameter of the path as a name: percent-decoded (RFC 3986 §2.1), in lower case; as it
   * stands, which is nobody's name, when it can't be decoded.
   */
  String name(String parameter) {
    String written = parameter(parameter);
    try {
      return URLDecoder.decode(written.replace("+", "%2B"), StandardCharsets.UTF_8)
          .toLowerCase(Locale.ROOT);
    } catch (IllegalArgumentException e) {
      return written;
    }
  }

  /** The UUID that is that parameter of the path, if it is one in lower case. */
  Optional<UUID> uuid(String name) {
    try {
      UUID id = UUID.fromString(parameter(name));
      return Optional.of(id).filter(parsed -> parsed.toString().equals(parameter(name)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** The flag that is that member of the body; the request's form was checked. */
  boolean flag(String member, boolean otherwise) {
    return body.path(member).asBoolean(otherwise);
  }

  /** The texts that are that member of the body; the request's form was checked. */
  List<String> texts(String member) {
    List<String> texts = new ArrayList<>();
    body.path(member).forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  /** The text of a member of the body that must be there. */
  String text(String member) {
    return optionalText(member)
        .orElseThrow(() ->
            ApiError.badRequest(
                "missing_member", "The request body needs the text member \"" + member + "\"."));
  }

  /** The text of a member of the body, when it is there and not null. */
  Optional<String> optionalText(String member) {
    JsonNode node = body.get(member);
    if (node == null || node.isNull()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw ApiError.badRequest(
          "bad_member", "The member \"" + member + "\" of the request body must be a text.");
    }
    return Optional.of(node.textValue());
  }
}
