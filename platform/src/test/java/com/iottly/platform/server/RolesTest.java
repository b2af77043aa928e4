package com.iottly.platform.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.platform.server.TestPlatform.Answer;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The table of who may make which call in docs/http-api.md: tried out, call by call. */
class RolesTest {

  private static final String NOTHING = "0".repeat(8) + "-0000-4000-8000-" + "0".repeat(12);
  private static final List<String> COLUMNS =
      List.of("nobody", "stranger", "viewer", "operator", "owner", "administrator");

  @TempDir static Path folder;

  private static TestPlatform platform;
  private static final Map<String, Person> PEOPLE = new TreeMap<>();

  @BeforeAll
  static void open() {
    platform = TestPlatform.on(folder, Map.of("SESSION_PER_USER", "1000"));
    Person administrator = Person.create(platform, "--administrator");
    PEOPLE.put("administrator", administrator);
    PEOPLE.put("stranger", Person.create(platform));
    for (String role : List.of("viewer", "operator", "owner")) {
      Person person = Person.create(platform);
      Answer added =
          administrator.put(
              "project/" + platform.project() + "/members/" + person.name(),
              "{\"role\": \"" + role + "\"}");
      assertThat(added.status()).isEqualTo(200);
      PEOPLE.put(role, person);
    }
  }

  @AfterAll
  static void close() {
    platform.close();
  }

  /** Rows of the table: an operation's id, its scope, and a mark for each column. */
  private static List<List<String>> table() throws IOException {
    List<List<String>> rows = new ArrayList<>();
    boolean inTable = false;
    for (String line : Files.readAllLines(Path.of("../docs/http-api.md"))) {
      inTable = line.startsWith("| operation |") || (inTable && line.startsWith("|"));
      if (inTable && line.startsWith("| `")) {
        rows.add(
            java.util.Arrays.stream(line.substring(1).split("\\|")).map(String::strip).toList());
      }
    }
    return rows;
  }

  @Test
  void theTableHasEveryCallOnce() throws IOException {
    assertThat(table())
        .extracting(row -> row.getFirst().replace("`", ""))
        .containsExactlyInAnyOrderElementsOf(
            platform.document().operations().stream().map(ApiDocument.Operation::id).toList());
  }

  @TestFactory
  List<DynamicTest> everyCallIsForWhomTheTableSays() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (List<String> row : table()) {
      String id = row.getFirst().replace("`", "");
      tests.add(
          DynamicTest.dynamicTest(
              id,
              () -> {
                for (int i = 0; i < COLUMNS.size(); i++) {
                  assertThat(may(operation(id), COLUMNS.get(i)))
                      .as("%s by %s", id, COLUMNS.get(i))
                      .isEqualTo(row.get(i + 2).equals("●"));
                }
              }));
    }
    return tests;
  }

  @TestFactory
  List<DynamicTest> everyCallNeedsTheScopeThatTheTableSays() throws IOException {
    List<String> scopes = List.of("provision", "read", "command", "manage", "remote");
    Map<String, String> keys = new TreeMap<>();
    scopes.forEach(scope -> keys.put(scope, platform.createKey("--scope", scope)));
    List<DynamicTest> tests = new ArrayList<>();
    for (List<String> row : table()) {
      String id = row.getFirst().replace("`", "");
      tests.add(
          DynamicTest.dynamicTest(
              id,
              () -> {
                for (String scope : scopes) {
                  HttpRequest.Builder request =
                      platform
                          .plainRequest(path(operation(id)))
                          .header("Authentication", "bearer " + keys.get(scope));
                  boolean expected = row.get(1).equals("`" + scope + "`") || row.get(2).equals("●");
                  assertThat(passes(operation(id), request))
                      .as("%s with a key of scope %s", id, scope)
                      .isEqualTo(expected);
                }
              }));
    }
    return tests;
  }

  private static ApiDocument.Operation operation(String id) {
    return platform.document().operations().stream()
        .filter(operation -> operation.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static boolean may(ApiDocument.Operation operation, String who) {
    String path = path(operation);
    return passes(
        operation,
        who.equals("nobody") ? platform.plainRequest(path) : PEOPLE.get(who).request(path));
  }

  /**
   * Whether it gets past the gate. A body is sent that no call takes, and things are named that do
   * not exist, so that nothing is changed by trying.
   */
  private static boolean passes(ApiDocument.Operation operation, HttpRequest.Builder request) {
    if (operation.id().equals("signOut") && passesAsRead(request)) {
      return true;
    }
    String method = operation.method().toUpperCase(Locale.ROOT);
    boolean reads = operation.json().has("requestBody");
    if (reads) {
      request.header("Content-Type", "application/json");
    }
    Answer answer =
        platform.send(
            request.method(
                method,
                reads
                    ? HttpRequest.BodyPublishers.ofString("[]")
                    : HttpRequest.BodyPublishers.noBody()));
    String code = answer.json().path("code").asText("");
    return answer.status() == 200
        || !List.of(
                "key_missing",
                "not_signed_in",
                "wrong_project",
                "role_missing",
                "scope_missing",
                "people_only",
                "administrator_only")
            .contains(code);
  }

  /** Signing out is for whom looking at one's session is, and would end the test's sessions. */
  private static boolean passesAsRead(HttpRequest.Builder request) {
    return platform.send(request.copy().GET()).status() == 200;
  }

  private static String path(ApiDocument.Operation operation) {
    String path =
        operation
            .path()
            .replace("{project}", platform.project())
            .replaceAll("\\{(license)}", "0".repeat(32))
            .replaceAll("\\{(user|type)}", "nothing")
            .replaceAll("\\{\\w+}", NOTHING);
    // Deleting the project itself would work: what is unknown is asked for instead.
    return operation.id().equals("deleteProject") ? path + "?x=1" : path;
  }
}
