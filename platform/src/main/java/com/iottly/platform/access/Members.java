package com.iottly.platform.access;

import com.iottly.platform.audit.AuditLog;
import com.iottly.platform.core.ProjectId;
import com.iottly.platform.sql.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Who belongs to which project. Any thread; blocks on disk. */
public final class Members {

  /** What became of {@link #put}. */
  public enum Change {
    DONE,
    USER_UNKNOWN,
    PROJECT_UNKNOWN
  }

  private final Database database;
  private final InstantSource clock;

  /** Builds it on an open database, which stays the caller's to close. Reads nothing yet. */
  public Members(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** What the user is in the project; an administrator is an owner everywhere. */
  public Optional<Role> role(ProjectId project, User user) {
    return database.read(handle -> {
      if (user.administrator()) {
        return ApiKeyRow.projectExists(handle, project)
            ? Optional.of(Role.OWNER)
            : Optional.empty();
      }
      return handle
          .createQuery("SELECT role FROM member WHERE project_id = :project AND user_name = :user")
          .bind("project", project.value())
          .bind("user", user.name())
          .map((row, _) -> Role.of(row.getString("role")).orElseThrow())
          .findOne();
    });
  }

  /** Makes the user that in the project, whatever they were before. */
  public Change put(ProjectId project, String userName, Role role) {
    String user = userName.toLowerCase(Locale.ROOT);
    return database.write(handle -> {
      if (!ApiKeyRow.projectExists(handle, project)) {
        return Change.PROJECT_UNKNOWN;
      }
      if (Users.find(handle, user).isEmpty()) {
        return Change.USER_UNKNOWN;
      }
      handle
          .createUpdate(
              """
              INSERT INTO member (project_id, user_name, role) VALUES (:project, :user, :role)
              ON CONFLICT (project_id, user_name) DO UPDATE SET role = excluded.role
              """)
          .bind("project", project.value())
          .bind("user", user)
          .bind("role", role.wireName())
          .execute();
      AuditLog.note(handle, clock.instant(), project, "member.put", user, role.wireName());
      return Change.DONE;
    });
  }

  /**
   * Takes the user out of the project.
   *
   * @return whether they were in it
   */
  public boolean remove(ProjectId project, String userName) {
    String user = userName.toLowerCase(Locale.ROOT);
    return database.write(handle -> {
      int rows =
          handle
              .createUpdate("DELETE FROM member WHERE project_id = :project AND user_name = :user")
              .bind("project", project.value())
              .bind("user", user)
              .execute();
      if (rows == 1) {
        AuditLog.note(handle, clock.instant(), project, "member.remove", user, "");
      }
      return rows == 1;
    });
  }

  /** Up to {@code limit} of the project's members by name, behind {@code after}. */
  public List<Member> list(ProjectId project, String after, int limit) {
    return database.read(handle ->
        handle
            .createQuery(
                """
                SELECT * FROM member WHERE project_id = :project AND user_name > :after
                ORDER BY user_name LIMIT :limit
                """)
            .bind("project", project.value())
            .bind("after", after)
            .bind("limit", limit)
            .map((row, _) -> member(row))
            .list());
  }

  /** Where the user belongs, by project. */
  public List<Member> of(String user) {
    return database.read(handle -> of(handle, user));
  }

  private static List<Member> of(Handle handle, String user) {
    return handle
        .createQuery("SELECT * FROM member WHERE user_name = :user ORDER BY project_id")
        .bind("user", user)
        .map((row, _) -> member(row))
        .list();
  }

  private static Member member(ResultSet row) throws SQLException {
    return new Member(
        new ProjectId(row.getString("project_id")),
        row.getString("user_name"),
        Role.of(row.getString("role")).orElseThrow());
  }
}
