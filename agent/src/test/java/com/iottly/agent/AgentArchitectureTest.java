package com.iottly.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The walls between the agent's rooms; docs/agent.md lists them. */
class AgentArchitectureTest {

  private static final String ROOT = "com.iottly.agent.";
  private static final JavaClasses AGENT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("com.iottly.agent");

  @Test
  void roomsFormNoCycles() {
    slices()
        .matching(ROOT + "(*)..")
        .should()
        .beFreeOfCycles()
        .because("a room that can't be understood without the one that uses it is no room")
        .check(AGENT);
  }

  @Test
  void theServiceRunsWithoutTheOptionParser() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli")
        .or()
        .haveNameMatching(".*\\.cli\\.(Start|FirstBoot|ConfigSource|HangUp|ExitCode)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .because("it costs 14 MB of memory and a third of a second at every start")
        .check(AGENT);
  }

  @Test
  void whatEverybodyStandsOnKnowsNobody() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "machine", ROOT + "clock", ROOT + "disk", ROOT + "json")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "cli",
            ROOT + "config",
            ROOT + "control",
            ROOT + "link",
            ROOT + "net",
            ROOT + "provision",
            ROOT + "spool",
            ROOT + "telemetry")
        .because("what it knew, everyone would know")
        .check(AGENT);
  }

  @Test
  void theSpoolDoesNotKnowWhereItsMessagesGo() {
    noClasses()
        .that()
        .resideInAnyPackage(ROOT + "spool", ROOT + "telemetry", ROOT + "command")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "link", ROOT + "net", "okhttp3..")
        .because("messages are safe first and sent later, whatever the network does")
        .check(AGENT);
  }

  @Test
  void whatUsersMayDoOnTheDeviceKnowsChannelsAndNothingBehindThem() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "remote..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            ROOT + "link", ROOT + "net", ROOT + "spool", ROOT + "command", "okhttp3..")
        .because("a shell or a copy must work the same whatever carries it")
        .check(AGENT);
  }

  @Test
  void theServicesDoNotKnowEachOther() {
    slices()
        .matching(ROOT + "remote.(*)..")
        .that(
            DescribedPredicate.describe(
                "are services", slice -> !slice.getNamePart(1).equals("policy")))
        .should()
        .notDependOnEachOther()
        .because("each can be switched off by itself")
        .check(AGENT);
  }
}
