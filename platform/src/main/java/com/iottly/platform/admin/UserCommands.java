package com.iottly.platform.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.iottly.platform.access.User;
import com.iottly.platform.access.Users;
import com.iottly.platform.access.Users.Change;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "user",
    description = "Make, show and delete people who may sign in, and set their passwords.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly admin user create ada",
      "  pwgen 20 1 | tee ada.txt | iottly admin user password ada",
      "  iottly admin user list"
    })
final class UserCommands {

  /** The fragment of an address never leaves the browser. */
  private static final String PAGE = "/sign-in#link=";

  private final Exchange exchange;

  UserCommands(Exchange exchange) {
    this.exchange = exchange;
  }

  private Users users() {
    return exchange.rooms().users();
  }

  @ReadsInput
  @Command(
      name = "create",
      description = "Make a user; the password is the first line of standard input.",
      footerHeading = "%nExample:%n",
      footer = "  iottly admin user create ada < password.txt")
  int create(
      @Parameters(
              paramLabel = "NAME",
              description = "1 to 64 letters, digits and . _ @ + -; kept in lower case.")
          String name,
      @Option(
              names = "--administrator",
              description = "Who looks after the whole installation: users and every project.")
          boolean administrator) {
    return change(
        name, (user, password) -> users().create(user, password, administrator), "Made the user ");
  }

  @ReadsInput
  @Command(
      name = "password",
      description = "Set a user's password, the first line of standard input.",
      footerHeading = "%nExample:%n",
      footer = "  iottly admin user password ada < password.txt")
  int password(@Parameters(paramLabel = "NAME", description = "The user.") String name) {
    return change(name, users()::setPassword, "Set the password of ");
  }

  private int change(String name, BiFunction<String, String, Change> change, String done) {
    Optional<String> password = exchange.line();
    if (password.isEmpty()) {
      return exchange.refuse(
          "no password was given: put it on the first line of standard input, 10 to 200 characters");
    }
    return switch (change.apply(name, password.get())) {
      case Change.Done(User user) -> exchange.show(json(user), done + user.name() + ".");
      case Change.Refused(String problem) -> exchange.refuse(problem);
      case Change.Unknown() -> noUser(name);
    };
  }

  @Command(
      name = "link",
      description = "Make a link that signs a user in once, within 10 minutes.",
      footerHeading = "%nExample:%n",
      footer = "  iottly admin user link ada")
  int link(@Parameters(paramLabel = "NAME", description = "The user.") String name) {
    String user = name.toLowerCase(Locale.ROOT);
    return exchange
        .rooms()
        .links()
        .issue(user)
        .map(token ->
            exchange.show(
                Exchange.object().put("name", user).put("token", token).put("path", PAGE + token),
                PAGE + token,
                "Good once, for 10 minutes; put the platform's address before it:"))
        .orElseGet(() -> noUser(name));
  }

  @Command(name = "list", description = "Show all users by name.")
  int list() {
    ArrayNode all = Exchange.array();
    Table table = new Table("NAME", "ADMINISTRATOR", "CREATED");
    for (User user : users().list()) {
      all.add(json(user));
      table.add(user.name(), user.administrator() ? "yes" : null, user.created());
    }
    return exchange.show(all, all.isEmpty() ? "There are no users." : table.toString());
  }

  @Command(name = "delete", description = "Delete a user, who can't sign in any more.")
  int delete(
      @Parameters(paramLabel = "NAME", description = "The user.") String name,
      @Option(names = "--yes", description = "I mean it.") boolean yes) {
    if (!yes) {
      return exchange.refuse("this would delete the user " + name + ": say --yes if you mean it");
    }
    return switch (users().delete(name)) {
      case Change.Done(User _) ->
          exchange.show(
              Exchange.object().put("name", name).put("deleted", true),
              "Deleted the user " + name + ".");
      case Change.Refused(String problem) -> exchange.refuse(problem);
      case Change.Unknown() -> noUser(name);
    };
  }

  private int noUser(String name) {
    return exchange.refuse("there is no user " + name + ": see iottly admin user list");
  }

  private static ObjectNode json(User user) {
    return Exchange.object()
        .put("name", user.name())
        .put("administrator", user.administrator())
        .put("created", user.created().toString());
  }
}
