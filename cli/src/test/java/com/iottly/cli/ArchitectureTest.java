package com.iottly.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

  private static final JavaClasses CLI =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("com.iottly.cli");

  @Test
  void theClientKnowsThePublicContractAlone() {
    classes()
        .that()
        .resideInAPackage("com.iottly.cli..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "com.iottly.cli..",
            "java..",
            "javax.net.ssl..",
            "org.jspecify..",
            "com.fasterxml.jackson..",
            "picocli..")
        .because("what it can't do without the platform's code, nobody else can do either")
        .check(CLI);
  }

  @Test
  void itsRoomsFormNoCycles() {
    slices().matching("com.iottly.cli.(*)..").should().beFreeOfCycles().check(CLI);
  }
}
