package com.iottly.platform.api;

import com.iottly.platform.access.Member;
import com.iottly.platform.access.Members;
import com.iottly.platform.access.Role;
import com.iottly.platform.access.Scope;
import java.util.List;

/** Who belongs to a project, as what. */
final class MemberCalls {

  private static final Schema MEMBER =
      Schema.object()
          .with("user", Schema.text())
          .with("role", SessionCalls.roles())
          .closed()
          .named("Member");

  private final Members members;

  MemberCalls(Members members) {
    this.members = members;
  }

  List<Route> routes() {
    return List.of(
        Route.get("project/{project}/members")
            .is("listMembers", "Members", "The project's members by name")
            .needs(Scope.READ)
            .query(Paging.LIMIT, Paging.CURSOR)
            .answers(Paging.page("members", MEMBER))
            .to(this::list),
        Route.put("project/{project}/members/{user}")
            .is("putMember", "Members", "Makes a user a member, or gives them another role")
            .needsPerson(Scope.MANAGE)
            .reads(
                Schema.object().with("role", SessionCalls.roles()).closed(),
                """
                {"role": "operator"}
                """)
            .answers(MEMBER)
            .refuses(404, "user_unknown")
            .to(this::put),
        Route.delete("project/{project}/members/{user}")
            .is("removeMember", "Members", "Takes a user out of the project")
            .needsPerson(Scope.MANAGE)
            .answers(Schema.object().closed())
            .refuses(404, "member_unknown")
            .to(this::remove));
  }

  private Answer list(ApiCall call) {
    List<Member> found = members.list(call.project(), Paging.after(call), Paging.lookFor(call));
    return Paging.answer(
        call,
        "members",
        found,
        member -> Json.object().put("user", member.user()).put("role", member.role().wireName()),
        Member::user);
  }

  private Answer put(ApiCall call) {
    String user = call.name("user");
    Role role = Role.of(call.text("role")).orElseThrow();
    return switch (members.put(call.project(), user, role)) {
      case DONE -> Answer.ok(Json.object().put("user", user).put("role", role.wireName()));
      case USER_UNKNOWN -> throw UserCalls.unknown();
      case PROJECT_UNKNOWN -> throw ProjectAdminCalls.gone();
    };
  }

  private Answer remove(ApiCall call) {
    if (!members.remove(call.project(), call.name("user"))) {
      throw ApiError.notFound("member_unknown", "This user is no member of the project.");
    }
    return Answer.ok(Json.object());
  }
}
