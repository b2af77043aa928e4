package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.User;
import com.iottly.platform.access.Users;
import java.util.List;
import java.util.function.Supplier;

/** The people of an installation; for its administrators. */
final class UserCalls {

  private static final Parameter.Text SEARCH =
      Parameter.Text.of("search", "Only those whose name contains this.");
  private static final Schema USER =
      Schema.object()
          .with("name", Schema.text())
          .with("administrator", Schema.flag())
          .with("created", Schema.moment())
          .closed()
          .named("User");

  private final Users users;

  UserCalls(Users users) {
    this.users = users;
  }

  List<Route> routes() {
    Access administrator = new Access.Administrator();
    return List.of(
        Route.get("users")
            .is("listUsers", "Users", "All users by name")
            .needs(administrator)
            .query(SEARCH, Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("users", USER))
            .to(this::list),
        Route.post("users")
            .is("createUser", "Users", "Makes a user")
            .needs(administrator)
            .reads(
                Schema.object()
                    .with("name", Schema.text())
                    .with("password", Schema.text())
                    .maybe("administrator", Schema.flag())
                    .closed(),
                """
                {"name": "grace", "password": "correct horse battery"}
                """)
            .answers(USER)
            .refuses(400, "bad_user")
            .to(this::create),
        Route.patch("users/{user}")
            .is("updateUser", "Users", "Sets a user's password, or makes them an administrator")
            .needs(administrator)
            .reads(
                Schema.object()
                    .maybe("password", Schema.text())
                    .maybe("administrator", Schema.flag())
                    .closed(),
                """
                {"administrator": true}
                """)
            .answers(USER)
            .refuses(400, "bad_user")
            .refuses(404, "user_unknown")
            .to(this::update),
        Route.delete("users/{user}")
            .is("deleteUser", "Users", "Deletes a user, who is signed out everywhere")
            .needs(administrator)
            .answers(USER)
            .refuses(400, "bad_user")
            .refuses(404, "user_unknown")
            .to(call -> changed(() -> users.delete(call.name("user")))));
  }

  private Answer list(ApiCall call) {
    List<User> found =
        users.list(SEARCH.in(call).orElse(""), Paging.after(call), Paging.lookFor(call));
    return Paging.answer(call, "users", found, UserCalls::json, User::name);
  }

  private Answer create(ApiCall call) {
    return changed(() ->
        users.create(call.text("name"), call.text("password"), call.flag("administrator", false)));
  }

  private Answer update(ApiCall call) {
    String name = call.name("user");
    if (call.body().isEmpty()) {
      throw ApiError.badRequest("bad_user", "Give a \"password\" or \"administrator\".");
    }
    if (call.body().has("password")) {
      Answer answer = changed(() -> users.setPassword(name, call.text("password")));
      if (!call.body().has("administrator")) {
        return answer;
      }
    }
    return changed(() -> users.setAdministrator(name, call.flag("administrator", false)));
  }

  private static Answer changed(Supplier<Users.Change> change) {
    return switch (change.get()) {
      case Users.Change.Done(User user) -> Answer.ok(json(user));
      case Users.Change.Refused(String problem) -> throw ApiError.badRequest("bad_user", problem);
      case Users.Change.Unknown() -> throw unknown();
    };
  }

  static ApiError unknown() {
    return ApiError.notFound("user_unknown", "There is no such user.");
  }

  private static ObjectNode json(User user) {
    return Json.object()
        .put("name", user.name())
        .put("administrator", user.administrator())
        .put("created", user.created().toString());
  }
}
