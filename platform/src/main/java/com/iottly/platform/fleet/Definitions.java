package com.iottly.platform.fleet;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.fleet.Definition.Direction;
import com.iottly.platform.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The message definitions of the projects. Any thread; blocks on disk. */
public final class Definitions {

  /** What every project starts with (contract §5). */
  static final List<Definition> OF_A_NEW_PROJECT =
      List.of(
          new Definition(
              "echo",
              "The device sends the content back.",
              Direction.COMMAND,
              List.of(new Keyword("content", new Keyword.FixedValue("IOTTLY hello world!!!!")))),
          new Definition(
              "examplecommand",
              "An example of a command with a choice.",
              Direction.COMMAND,
              List.of(
                  new Keyword("status", new Keyword.MultipleChoice(List.of("start", "stop"))))));

  private final Database database;
  private final InstantSource clock;
  private final FleetLimits limits;

  Definitions(Database database, InstantSource clock, FleetLimits limits) {
    this.database = database;
    this.clock = clock;
    this.limits = limits;
  }

  /** Adds a definition; refused when it breaks a rule or its type exists. */
  public Saved<Definition> create(ProjectId project, Definition definition) {
    Optional<String> problem = DefinitionRules.problem(definition);
    if (problem.isPresent()) {
      return new Saved.Refused<>(problem.get());
    }
    return database.write(handle -> {
      if (Projects.find(handle, project).isEmpty()) {
        return new Saved.Missing<>();
      }
      List<Definition> present = list(handle, project);
      if (has(present, definition.type())) {
        return taken(definition.type());
      }
      if (present.size() >= limits.definitionsPerProject()) {
        return new Saved.Refused<>(
            "the project has %d definitions, which is the most: delete one first"
                .formatted(present.size()));
      }
      insert(handle, project, definition);
      note(handle, project, "definition.create", definition.type(), "");
      return new Saved.Done<>(definition);
    });
  }

  private void note(Handle handle, ProjectId project, String action, String type, String detail) {
    AuditLog.note(handle, clock.instant(), project, action, type, detail);
  }

  /** Puts the definition in the place of the one of that type; the new type may be another. */
  public Saved<Definition> update(ProjectId project, String type, Definition definition) {
    Optional<String> problem = DefinitionRules.problem(definition);
    if (problem.isPresent()) {
      return new Saved.Refused<>(problem.get());
    }
    return database.write(handle -> {
      List<Definition> present = list(handle, project);
      if (!has(present, type)) {
        return new Saved.Missing<>();
      }
      if (!definition.type().equals(type) && has(present, definition.type())) {
        return taken(definition.type());
      }
      delete(handle, project, type);
      insert(handle, project, definition);
      String renamed = definition.type().equals(type) ? "" : "now " + definition.type();
      note(handle, project, "definition.update", type, renamed);
      return new Saved.Done<>(definition);
    });
  }

  private static boolean has(List<Definition> definitions, String type) {
    return definitions.stream().anyMatch(definition -> definition.type().equals(type));
  }

  private static Saved<Definition> taken(String type) {
    return new Saved.Refused<>(
        "the project has a definition of the type \"" + type + "\" already: choose another name");
  }

  /**
   * Removes the definition.
   *
   * @return whether it was there
   */
  public boolean delete(ProjectId project, String type) {
    return database.write(handle -> {
      boolean deleted = delete(handle, project, type);
      if (deleted) {
        note(handle, project, "definition.delete", type, "");
      }
      return deleted;
    });
  }

  /** The project's definitions by type. */
  public List<Definition> list(ProjectId project) {
    return database.read(handle -> list(handle, project));
  }

  /** The definition of that type in the project. */
  public Optional<Definition> find(ProjectId project, String type) {
    return database.read(handle ->
        handle
            .createQuery("SELECT * FROM definition WHERE project_id = :project AND type = :type")
            .bind("project", project.value())
            .bind("type", type)
            .map((row, _) -> definition(row))
            .findOne());
  }

  static void insert(Handle handle, ProjectId project, Definition definition) {
    handle
        .createUpdate(
            """
            INSERT INTO definition (project_id, type, description, direction, keywords)
            VALUES (:project, :type, :description, :direction, :keywords)
            """)
        .bind("project", project.value())
        .bind("type", definition.type())
        .bind("description", definition.description())
        .bind("direction", definition.direction().wireName())
        .bind("keywords", Columns.fromKeywords(definition.keywords()))
        .execute();
  }

  private static boolean delete(Handle handle, ProjectId project, String type) {
    int rows =
        handle
            .createUpdate("DELETE FROM definition WHERE project_id = :project AND type = :type")
            .bind("project", project.value())
            .bind("type", type)
            .execute();
    return rows == 1;
  }

  private static List<Definition> list(Handle handle, ProjectId project) {
    return handle
        .createQuery("SELECT * FROM definition WHERE project_id = :project ORDER BY type")
        .bind("project", project.value())
        .map((row, _) -> definition(row))
        .list();
  }

  private static Definition definition(ResultSet row) throws SQLException {
    return new Definition(
        row.getString("type"),
        row.getString("description"),
        Direction.of(row.getString("direction")).orElseThrow(),
        Columns.toKeywords(row.getString("keywords")));
  }
}
