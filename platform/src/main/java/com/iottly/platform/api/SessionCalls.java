package com.iottly.platform.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.FirstSetup;
import com.iottly.platform.access.Members;
import com.iottly.platform.access.Role;
import com.iottly.platform.access.Sessions;
import com.iottly.platform.access.SignInGuard;
import com.iottly.platform.access.SignInLinks;
import com.iottly.platform.access.User;
import com.iottly.platform.access.UserSession;
import com.iottly.platform.access.Users;
import com.iottly.platform.audit.Actor;
import io.vertx.core.http.HttpHeaders;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** First set-up, signing in and out, and one's own sessions and password. */
final class SessionCalls {

  private static final Logger LOG = LoggerFactory.getLogger(SessionCalls.class);
  private static final String TAG = "Sessions";
  private static final Schema SESSION =
      Schema.object()
          .with("id", Schema.text())
          .with("created", Schema.moment())
          .with("last_used", Schema.moment())
          .with("address", Schema.text())
          .with("client", Schema.text())
          .with("current", Schema.flag())
          .closed()
          .named("Session");
  private static final Schema SIGNED_IN =
      Schema.object()
          .with("session", Schema.text())
          .with("user", Schema.text())
          .with("administrator", Schema.flag())
          .with("csrf_token", Schema.text())
          .with("expires", Schema.moment())
          .with(
              "projects",
              Schema.listOf(
                  Schema.object().with("id", Schema.text()).with("role", roles()).closed()))
          .closed()
          .named("SignedIn");

  private final Users users;
  private final Sessions sessions;
  private final SignInGuard guard;
  private final FirstSetup setup;
  private final SignInLinks links;
  private final Members members;

  SessionCalls(
      Users users,
      Sessions sessions,
      SignInGuard guard,
      FirstSetup setup,
      SignInLinks links,
      Members members) {
    this.users = users;
    this.sessions = sessions;
    this.guard = guard;
    this.setup = setup;
    this.links = links;
    this.members = members;
  }

  static Schema roles() {
    return Schema.choice(Arrays.stream(Role.values()).map(Role::wireName).toList());
  }

  List<Route> routes() {
    Access signedIn = new Access.SignedIn();
    return List.of(
        Route.get("setup")
            .is("getSetup", TAG, "Whether the installation has no administrator yet")
            .answers(Schema.object().with("needed", Schema.flag()).closed())
            .to(_ -> Answer.ok(Json.object().put("needed", setup.isNeeded()))),
        Route.post("setup")
            .is("completeSetup", TAG, "Makes the first administrator and signs them in")
            .reads(
                Schema.object()
                    .with("token", Schema.text().describedAs("The token in the server's log."))
                    .with("name", Schema.text())
                    .with("password", Schema.text())
                    .closed(),
                """
                {"token": "{setup_token}", "name": "ada", "password": "correct horse battery"}
                """)
            .answers(SIGNED_IN)
            .refuses(400, "bad_user")
            .refuses(403, "wrong_setup_token")
            .refuses(409, "setup_done")
            .to(this::completeSetup),
        Route.post("session")
            .is("signIn", TAG, "Signs in; the session is a cookie")
            .reads(
                Schema.object()
                    .with("name", Schema.text())
                    .with("password", Schema.text())
                    .closed(),
                """
                {"name": "{user}", "password": "correct horse battery"}
                """)
            .answers(SIGNED_IN)
            .refuses(401, "wrong_password")
            .refuses(429, "too_many_attempts")
            .to(this::signIn),
        Route.post("session/link")
            .is("useSignInLink", TAG, "Signs in with a link of 'admin user link', once")
            .reads(
                Schema.object().with("token", Schema.text()).closed(),
                """
                {"token": "{link}"}
                """)
            .answers(SIGNED_IN)
            .refuses(401, "link_unknown")
            .to(this::useLink),
        Route.get("session")
            .is("getSession", TAG, "Who is signed in, and the token for what changes something")
            .needs(signedIn)
            .answers(SIGNED_IN)
            .to(call -> Answer.ok(signedIn(person(call), secret(call)))),
        Route.delete("session")
            .is("signOut", TAG, "Signs out")
            .needs(signedIn)
            .answers(Schema.object().closed())
            .to(this::signOut),
        Route.put("session/password")
            .is("changePassword", TAG, "Gives oneself another password; ends one's other sessions")
            .needs(signedIn)
            .reads(
                Schema.object()
                    .with("old_password", Schema.text())
                    .with("new_password", Schema.text())
                    .closed(),
                """
                {"old_password": "correct horse battery", "new_password": "battery staple horse"}
                """)
            .answers(Schema.object().closed())
            .refuses(400, "bad_password")
            .refuses(403, "wrong_password")
            .refuses(429, "too_many_attempts")
            .to(this::changePassword),
        Route.get("sessions")
            .is("listSessions", TAG, "One's own sessions, newest first")
            .needs(signedIn)
            .answers(Schema.object().with("sessions", Schema.listOf(SESSION)).closed())
            .to(this::list),
        Route.delete("sessions/{session}")
            .is("endSession", TAG, "Ends one of one's own sessions")
            .needs(signedIn)
            .answers(Schema.object().closed())
            .refuses(404, "session_unknown")
            .to(this::end));
  }

  private Answer completeSetup(ApiCall call) {
    String name = call.text("name");
    Actor actor = new Actor(Actor.Kind.USER, name, call.address());
    return actor.does(() ->
        switch (setup.complete(call.text("token"), name, call.text("password"))) {
          case FirstSetup.Result.Done(User user) -> open(call, user);
          case FirstSetup.Result.Refused(String problem) ->
              throw ApiError.badRequest("bad_user", problem);
          case FirstSetup.Result.WrongToken() ->
              throw ApiError.forbidden(
                  "wrong_setup_token",
                  "This is not the set-up token. The server prints it into its log at each start.");
          case FirstSetup.Result.NotNeeded() ->
              throw ApiError.conflict(
                  "setup_done", "There is an administrator already. Sign in with 'POST session'.");
        });
  }

  private Answer signIn(ApiCall call) {
    String name = call.text("name");
    Users.SignIn result = verify(call, name, call.text("password"));
    if (!(result instanceof Users.SignIn.Accepted(User user))) {
      LOG.atInfo().addKeyValue("address", call.address()).log("A sign-in had a wrong password");
      throw ApiError.unauthorized("wrong_password", "Name and password don't belong together.");
    }
    return new Actor(Actor.Kind.USER, user.name(), call.address()).does(() -> open(call, user));
  }

  private Answer useLink(ApiCall call) {
    User user =
        links
            .redeem(call.text("token"))
            .orElseThrow(() ->
                ApiError.unauthorized(
                    "link_unknown",
                    "This link is unknown, used or too old. Sign in with your password, or have a"
                        + " new link made with 'iottly admin user link'."));
    return new Actor(Actor.Kind.USER, user.name(), call.address()).does(() -> open(call, user));
  }

  private Users.SignIn verify(ApiCall call, String name, String password) {
    InetAddress from = InetAddress.ofLiteral(call.address());
    Optional<Duration> wait = guard.attempt(name, from);
    if (wait.isPresent()) {
      int seconds = (int) wait.get().toSeconds() + 1;
      throw ApiError.tooManyRequests(
          "too_many_attempts",
          "Too many wrong passwords. Try again in " + seconds + " s.",
          seconds);
    }
    Users.SignIn result = users.verify(name, password);
    switch (result) {
      case Users.SignIn.Accepted _ -> guard.succeeded(name, from);
      case Users.SignIn.Rejected() -> {}
      case Users.SignIn.Busy() -> {
        guard.succeeded(name, from);
        throw ApiError.tooManyRequests(
            "too_many_requests", "Too many sign in at once. Try again in a second.", 1);
      }
    }
    return result;
  }

  private Answer open(ApiCall call, User user) {
    String client =
        Optional.ofNullable(call.headers().get(HttpHeaders.USER_AGENT)).orElse("unknown");
    Sessions.Opened opened =
        sessions
            .open(user, call.address(), client)
            .orElseThrow(
                () -> ApiError.unauthorized("wrong_password", "This user was just deleted."));
    return withCookie(
        SessionCookie.set(opened.secret(), sessions.life(), call.origin()),
        signedIn(opened.session(), opened.secret()));
  }

  private static Answer withCookie(String cookie, ObjectNode body) {
    Answer answer = Answer.ok(body);
    return new Answer(answer.status(), Map.of("Set-Cookie", cookie), answer.body());
  }

  private ObjectNode signedIn(UserSession session, String secret) {
    User user = session.user();
    ObjectNode json =
        Json.object()
            .put("session", session.id().toString())
            .put("user", user.name())
            .put("administrator", user.administrator())
            .put("csrf_token", SessionCookie.csrfToken(secret))
            .put("expires", session.created().plus(sessions.life()).toString());
    ArrayNode projects = json.putArray("projects");
    members
        .of(user.name())
        .forEach(member ->
            projects
                .addObject()
                .put("id", member.project().value())
                .put("role", member.role().wireName()));
    return json;
  }

  private Answer signOut(ApiCall call) {
    UserSession session = person(call);
    boolean _ = sessions.end(session.user().name(), session.id());
    return withCookie(SessionCookie.remove(call.origin()), Json.object());
  }

  private Answer changePassword(ApiCall call) {
    UserSession session = person(call);
    String name = session.user().name();
    if (!(verify(call, name, call.text("old_password")) instanceof Users.SignIn.Accepted)) {
      throw ApiError.forbidden("wrong_password", "The old password is wrong.");
    }
    return switch (users.setPassword(name, call.text("new_password"), session.id())) {
      case Users.Change.Done _ -> Answer.ok(Json.object());
      case Users.Change.Refused(String problem) ->
          throw ApiError.badRequest("bad_password", problem);
      case Users.Change.Unknown() ->
          throw ApiError.unauthorized("not_signed_in", "This user was deleted.");
    };
  }

  private Answer list(ApiCall call) {
    UserSession current = person(call);
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("sessions");
    for (UserSession session : sessions.list(current.user().name())) {
      list.addObject()
          .put("id", session.id().toString())
          .put("created", session.created().toString())
          .put("last_used", session.lastUsed().toString())
          .put("address", session.address())
          .put("client", session.client())
          .put("current", session.id().equals(current.id()));
    }
    return Answer.ok(answer);
  }

  private Answer end(ApiCall call) {
    String user = person(call).user().name();
    Optional<UUID> id = call.uuid("session");
    if (id.isEmpty() || !sessions.end(user, id.get())) {
      throw ApiError.notFound(
          "session_unknown", "You have no such session. 'GET sessions' lists those you have.");
    }
    return Answer.ok(Json.object());
  }

  private static UserSession person(ApiCall call) {
    if (call.caller() instanceof Caller.Person(UserSession session)) {
      return session;
    }
    throw new IllegalStateException("this route is for people");
  }

  private static String secret(ApiCall call) {
    return SessionCookie.in(call.headers()).orElseThrow();
  }
}
