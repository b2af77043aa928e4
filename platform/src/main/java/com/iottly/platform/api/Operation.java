package com.iottly.platform.api;

import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the document says of a call.
 *
 * @param id its name for programs
 * @param tag the chapter it stands in
 * @param summary what it does, in a line
 * @param original whether the original API has it; then query parameters nobody knows are ignored
 * @param query the parameters behind the question mark
 * @param headers request headers of its own
 * @param request the body, when it reads one
 * @param example a body that works
 * @param answer the body of its answer
 * @param errors the codes of its refusals by status
 */
record Operation(
    String id,
    String tag,
    String summary,
    boolean original,
    List<Parameter> query,
    List<Parameter> headers,
    @Nullable Schema request,
    Optional<String> example,
    Schema answer,
    NavigableMap<Integer, NavigableSet<String>> errors) {}
