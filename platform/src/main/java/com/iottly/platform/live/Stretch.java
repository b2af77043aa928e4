package com.iottly.platform.live;

import com.iottly.platform.core.Cursor;
import com.iottly.platform.core.Entry;
import com.iottly.platform.core.Journal;
import com.iottly.platform.core.ProjectId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A stretch of the journal, as far as it happened in some projects.
 *
 * @param from the place before it
 * @param entries oldest first
 * @param next the place behind it
 */
record Stretch(Cursor from, List<Rendered> entries, Cursor next) {

  /** Reads at most so many entries behind that place. */
  static Stretch read(Journal journal, Cursor from, Set<ProjectId> projects, int limit) {
    Journal.Slice slice = journal.read(from, projects, limit);
    List<Rendered> rendered = new ArrayList<>(slice.entries().size());
    Cursor place = from;
    for (Entry entry : slice.entries()) {
      place = journal.advance(place, entry);
      rendered.add(new Rendered(entry, place));
    }
    return new Stretch(from, rendered, slice.next());
  }

  /** What of it happened in each project; those where nothing did are missing. */
  Map<ProjectId, List<Rendered>> byProject() {
    return entries.stream().collect(Collectors.groupingBy(entry -> entry.entry().project()));
  }

  /** The same stretch with other entries. */
  Stretch with(List<Rendered> others) {
    return new Stretch(from, others, next);
  }
}
