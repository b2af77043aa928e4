package com.iottly.platform;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The walls between the rooms, each with its reason; docs/architecture.md is the picture. */
class ArchitectureTest {

  private static final String ROOT = "com.iottly.platform.";
  private static final JavaClasses PLATFORM =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("com.iottly.platform", "com.iottly.wire");

  @Test
  void roomsFormNoCycles() {
    slices()
        .matching(ROOT + "(*)..")
        .should()
        .beFreeOfCycles()
        .because("a room that can't be understood without the one that uses it is no room")
        .check(PLATFORM);
  }

  @Test
  void coreKnowsNobodyButTheWire() {
    classes()
        .that()
        .resideInAPackage(ROOT + "core")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(ROOT + "core", "com.iottly.wire", "java..", "org.jspecify..")
        .because("everyone stands on core: what it knew, everyone would know; and it never logs")
        .check(PLATFORM);
  }

  @Test
  void theWireKnowsNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage("com.iottly.wire")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.iottly.platform..")
        .because("the agent uses the wire too, and must not drag the platform along")
        .check(PLATFORM);
  }

  @Test
  void onlyTheRocksRoomKnowsRocksDb() {
    onlyRoomKnowing("rocksdb", "org.rocksdb..", "another journal must fit behind core's ports");
  }

  @Test
  void onlyTheSqlRoomKnowsTheEngineAndThePool() {
    onlyRoomKnowing("sql", "org.sqlite..", "PostgreSQL must fit in its place");
    onlyRoomKnowing("sql", "com.zaxxer.hikari..", "connections are handed out in one place");
    onlyRoomKnowing("sql", "org.flywaydb..", "the schema changes in one place");
  }

  @Test
  void onlyTheRoomsThatOwnATableWriteSql() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "sql",
            ROOT + "fleet",
            ROOT + "access",
            ROOT + "audit",
            ROOT + "activity",
            ROOT + "webhook")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.jdbi..")
        .because("the rule and its SQL stand together, in the room that owns the table")
        .check(PLATFORM);
  }

  @Test
  void onlyTheDoorsKnowSockets() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "websocket",
            ROOT + "gateway",
            ROOT + "live",
            ROOT + "api",
            ROOT + "webhook",
            ROOT + "dashboard",
            ROOT + "server")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..")
        .because("rooms behind the doors are called, they do not listen")
        .check(PLATFORM);
  }

  @Test
  void readersOfTheJournalDoNotKnowEachOther() {
    List<String> readers = List.of("history", "telemetry", "command", "webhook", "gateway", "live");
    for (String reader : readers) {
      for (String other : readers) {
        if (!reader.equals(other)) {
          noRoomKnows(reader, other, "one road for data: they meet in the journal");
        }
      }
    }
  }

  @Test
  void theAuditLogKnowsNobodyWhoWritesIntoIt() {
    for (String writer : new String[] {"fleet", "access", "api", "admin", "gateway"}) {
      noRoomKnows("audit", writer, "rooms note their changes in it, it does not look after them");
    }
  }

  @Test
  void webhooksKnowTheJournalAndTheirTables() {
    for (String room : List.of("fleet", "access", "api", "rocksdb", "admin")) {
      noRoomKnows("webhook", room, "a reader needs the journal, and a project is but an id to it");
    }
  }

  @Test
  void filtersAreForAnyReaderAndKnowNone() {
    for (String reader : new String[] {"history", "telemetry", "live", "api", "json"}) {
      noRoomKnows("filter", reader, "a filter is put to a message, whoever holds it");
    }
  }

  @Test
  void streamsDoNotAskWhoComesIn() {
    for (String room : new String[] {"access", "api", "fleet"}) {
      noRoomKnows("live", room, "who may come in was decided before the upgrade");
    }
  }

  @Test
  void remoteSessionsDoNotAskWhoComesInNorHowTheyCame() {
    for (String room : new String[] {"access", "api", "fleet", "live"}) {
      noRoomKnows(
          "remote", room, "a session stands between a client and a device, whoever they are");
    }
  }

  @Test
  void theDashboardsFilesAreServedWithoutKnowingWhatTheyShow() {
    for (String room :
        List.of("core", "fleet", "access", "api", "history", "telemetry", "gateway", "sql")) {
      noRoomKnows("dashboard", room, "the page asks the API, as any client does");
    }
  }

  @Test
  void theActivityLogCountsAndDoesNotLook() {
    for (String room : List.of("gateway", "fleet", "api", "rocksdb")) {
      noRoomKnows("activity", room, "it is told what happened, whoever saw it");
    }
  }

  @Test
  void nobodyKnowsTheServer() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "server")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + "server")
        .because("the room that sees everyone is seen by no one")
        .check(PLATFORM);
  }

  private static void onlyRoomKnowing(String room, String library, String why) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + room)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .because(why)
        .check(PLATFORM);
  }

  private static void noRoomKnows(String room, String other, String why) {
    noClasses()
        .that()
        .resideInAPackage(ROOT + room)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(ROOT + other)
        .because(why)
        .check(PLATFORM);
  }
}
