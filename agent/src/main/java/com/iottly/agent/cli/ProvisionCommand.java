package com.iottly.agent.cli;

import com.iottly.agent.Build;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Identity;
import com.iottly.agent.machine.Binding;
import com.iottly.agent.machine.Machine;
import com.iottly.agent.net.HttpClients;
import com.iottly.agent.provision.Provisioner;
import com.iottly.agent.provision.RegisterSettings;
import com.iottly.agent.provision.Registration;
import com.iottly.agent.provision.Registration.Permission;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code iottly-agent provision}. */
@Command(
    name = "provision",
    description = {
      "Make this machine a device of a project.",
      "Registers at the platform and writes token and endpoint into the configuration file."
          + " Permission comes from a pair code (dashboard: Add device) or from a project's API"
          + " key. At a terminal it asks for what is missing. A machine that registers again in"
          + " the same project stays the same device."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  iottly-agent provision",
      "  iottly-agent provision --url https://iottly.example.com --pair-code CODE",
      "  iottly-agent provision --url URL --project ID --api-key-file FILE",
      "  iottly-agent provision --settings registersettings.json"
    })
final class ProvisionCommand implements Callable<Integer> {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @ParentCommand
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private IottlyAgent parent;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "The platform, such as https://iottly.example.com.")
  private @Nullable String url;

  @Option(
      names = "--pair-code",
      paramLabel = "CODE",
      description = "A one-time code, which also names the device.")
  private @Nullable String pairCode;

  @Option(names = "--project", paramLabel = "ID", description = "The project, with an API key.")
  private @Nullable String project;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      description = "The key. Others see it in the process list: better use IOTTLY_API_KEY.")
  private @Nullable String apiKey;

  @Option(names = "--api-key-file", paramLabel = "FILE", description = "A file with the key.")
  private @Nullable Path apiKeyFile;

  @Option(
      names = "--settings",
      paramLabel = "FILE",
      description =
          "A registersettings.json with platform, project, key and name. It is left as it is.")
  private @Nullable Path settingsFile;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "The device's name, with an API key (default: what it was called, or the host's name).")
  private @Nullable String name;

  @Option(
      names = "--license",
      paramLabel = "TOKEN",
      description = "The license token to take, with an API key.")
  private @Nullable String license;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description =
          "The MAC address to register (default: that of the first real interface). It is not"
              + " compared at the start.")
  private @Nullable String mac;

  @Option(
      names = "--machine-id",
      paramLabel = "ID",
      description =
          "The machine id to register (default: that of /etc/machine-id). It is not compared at the"
              + " start.")
  private @Nullable String machineId;

  @Option(
      names = "--allow-plaintext",
      description =
          "Register at an http:// address of another machine, and write [security] allow_plaintext ="
              + " true: others on the way can read the token and all messages.")
  private boolean allowPlaintext;

  @Option(names = "--no-input", description = "Never ask, also at a terminal.")
  private boolean noInput;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path file = parent.source().file();
    AgentConfig config = parent.source().settingsOrSample(System.getenv()).check();
    Registration registration = registration(config.security());
    AgentConfig.Security security = config.security().without(ConfigFile.certificateBeside(file));
    OkHttpClient client = HttpClients.create(security, System.getenv(), TIMEOUT);
    Provisioner.Device device =
        new Provisioner(client).provision(registration, file, allowPlaintext);
    parent
        .out()
        .printf(
            "This machine is now the device %s (%s) of project %s.%n"
                + "Token and endpoint are in %s. Next: iottly-agent start; an agent that runs needs"
                + " a restart%n",
            device.name(), device.device(), device.project(), file);
    if (allowPlaintext) {
      parent
          .err()
          .printf(
              "iottly-agent: %s is not encrypted, and [security] allow_plaintext = true is in %s:"
                  + " others on the way can read the token and all messages%n",
              registration.platform(), file);
    }
    Identity.of(config.agent().token())
        .filter(before -> !before.device().equals(device.device()))
        .ifPresent(this::sayWhatItWas);
    return ExitCode.OK;
  }

  private void sayWhatItWas(Identity before) {
    parent
        .out()
        .printf(
            "It was the device %s of project %s, which stays there, disconnected, until it is"
                + " deleted.%nMessages of that device that were not sent wait until this machine is"
                + " it again, or are too old.%n",
            before.device(), before.project());
  }

  private Registration registration(AgentConfig.Security security)
      throws IOException, InterruptedException {
    Machine machine = machine();
    String version = Build.current().version();
    var binding =
        new Binding(
            mac == null ? machine.macAddress() : "", machineId == null ? machine.machineId() : "");
    if (settingsFile != null) {
      RegisterSettings given = RegisterSettings.read(settingsFile);
      ConfigFile.finding(settingsFile, "an API key").ifPresent(parent.err()::println);
      Optional<String> named =
          name != null ? Optional.of(name) : given.deviceName(parent.err()::println);
      return new Registration(
          allowed(given.platform(), security),
          given.permission(),
          named,
          licensed(),
          version,
          machine,
          binding);
    }
    var questions = new Questions(!noInput);
    URI platform = allowed(platform(questions), security);
    Permission permission = permission(questions);
    return new Registration(
        platform,
        permission,
        name(permission, machine, questions),
        licensed(),
        version,
        machine,
        binding);
  }

  private Optional<String> licensed() {
    return Optional.ofNullable(license);
  }

  private Optional<String> name(Permission permission, Machine machine, Questions questions) {
    return switch (permission) {
      case Permission.PairCode _ -> {
        if (name != null || license != null) {
          throw usage(
              "a pair code names the device and its license; leave out --name and --license");
        }
        yield Optional.empty();
      }
      case Permission.ApiKey _ ->
          Optional.ofNullable(name)
              .or(() ->
                  questions.ask(
                      "Name of this device (empty: what it was called, or "
                          + machine.hostname()
                          + ")"));
    };
  }

  private URI platform(Questions questions) {
    String text =
        Optional.ofNullable(url)
            .or(() -> questions.ask("Address of the platform, such as https://iottly.example.com"))
            .orElseThrow(() -> usage("give --url, such as --url https://iottly.example.com"));
    try {
      URI platform = new URI(text);
      String scheme = platform.getScheme();
      if (platform.getHost() != null && ("https".equals(scheme) || "http".equals(scheme))) {
        return platform;
      }
    } catch (URISyntaxException e) {
      throw usage("--url must be like https://host[:port], not '" + text + "'");
    }
    throw usage("--url must be like https://host[:port], not '" + text + "'");
  }

  private URI allowed(URI platform, AgentConfig.Security security) {
    if (AgentConfig.Security.isPrivate(platform)) {
      return platform;
    }
    if (!security.allowPlaintext() && !allowPlaintext && !confirmed(platform)) {
      throw usage(
          platform
              + " is not encrypted: others on the way could read the token. Use https://, or say"
              + " --allow-plaintext");
    }
    allowPlaintext = true;
    return platform;
  }

  private boolean confirmed(URI platform) {
    return new Questions(!noInput)
        .ask(
            platform
                + " is not encrypted: others on the way can read the token and all messages. Allow"
                + " that for this device? Type yes")
        .filter("yes"::equals)
        .isPresent();
  }

  private Permission permission(Questions questions) throws IOException {
    if (pairCode != null) {
      return new Permission.PairCode(pairCode);
    }
    Optional<String> key = key();
    if (project == null && key.isEmpty()) {
      Optional<String> code = questions.ask("Pair code (empty: use a project's API key)");
      if (code.isPresent()) {
        return new Permission.PairCode(code.get());
      }
    }
    Optional<String> id = Optional.ofNullable(project).or(() -> questions.ask("Project ID"));
    Optional<String> secret = key.or(() -> questions.askHidden("API key"));
    if (id.isEmpty() || secret.isEmpty()) {
      throw usage(
          "give --pair-code, or --project with an API key (--api-key-file, IOTTLY_API_KEY or"
              + " --api-key)");
    }
    if (!secret.get().chars().allMatch(c -> c > ' ' && c < 127)) {
      throw usage("the API key has characters that no key has");
    }
    return new Permission.ApiKey(id.get(), secret.get());
  }

  private Optional<String> key() throws IOException {
    if (apiKeyFile != null) {
      return Optional.of(Files.readString(apiKeyFile).strip());
    }
    return Optional.ofNullable(apiKey != null ? apiKey : System.getenv("IOTTLY_API_KEY"))
        .filter(given -> !given.isBlank());
  }

  private Machine machine() {
    Machine found = Machine.current();
    String address = mac == null ? found.macAddress() : mac.toLowerCase(Locale.ROOT);
    if (!address.matches("([0-9a-f]{2}:){5}[0-9a-f]{2}")) {
      throw usage(
          address.isEmpty()
              ? "this machine has no network interface with a MAC address; give --mac"
              : "--mac must be like 02:42:ac:11:00:02, not '" + address + "'");
    }
    return new Machine(
        machineId == null ? found.machineId() : machineId,
        found.bootId(),
        found.os(),
        found.arch(),
        found.hostname(),
        address);
  }

  private ParameterException usage(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
