package com.iottly.agent.cli;

import com.iottly.agent.Build;
import com.iottly.agent.config.AgentConfig;
import com.iottly.agent.config.ConfigFile;
import com.iottly.agent.config.Settings;
import com.iottly.agent.machine.Machine;
import com.iottly.agent.net.HttpClients;
import com.iottly.agent.provision.Provisioner;
import com.iottly.agent.provision.Registration;
import com.iottly.agent.provision.Registration.Permission;
import java.io.IOException;
import java.net.URI;
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
      "Registers at the platform and writes token and endpoint into the configuration file.",
      "Permission comes from a pair code (dashboard: Add device) or from a project's API key."
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
      required = true,
      paramLabel = "URL",
      description = "The platform, such as https://iottly.example.com.")
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private URI url;

  @Option(names = "--pair-code", paramLabel = "CODE", description = "A one-time code.")
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

  @Option(names = "--name", paramLabel = "NAME", description = "The device's name.")
  private @Nullable String name;

  @Option(names = "--license", paramLabel = "TOKEN", description = "The license token to take.")
  private @Nullable String license;

  @Option(
      names = "--mac",
      paramLabel = "MAC",
      description = "The MAC address to register (default: that of the first real interface).")
  private @Nullable String mac;

  @Option(
      names = "--machine-id",
      paramLabel = "ID",
      description = "The machine id to register (default: that of /etc/machine-id).")
  private @Nullable String machineId;

  @Override
  public Integer call() throws IOException {
    Path file = parent.source().file();
    ConfigFile current = Files.exists(file) ? ConfigFile.read(file) : ConfigFile.sample();
    AgentConfig config = Settings.of(current, System.getenv()).check();
    requireUrl(config.security());
    OkHttpClient client = HttpClients.create(config.security(), System.getenv(), TIMEOUT);
    var registration =
        new Registration(
            url,
            permission(),
            Optional.ofNullable(name),
            Optional.ofNullable(license),
            Build.current().version(),
            machine());
    Provisioner.Device device = new Provisioner(client).provision(registration, file);
    spec.commandLine()
        .getOut()
        .printf(
            "This machine is now the device %s (%s) of project %s.%n"
                + "Token and endpoint are in %s. Next: iottly-agent start%n",
            device.name(), device.device(), device.project(), file);
    return ExitCode.OK;
  }

  private void requireUrl(AgentConfig.Security security) {
    String scheme = url.getScheme();
    if (url.getHost() == null || !("https".equals(scheme) || "http".equals(scheme))) {
      throw usage("--url must be like https://host[:port], not '" + url + "'");
    }
    if (!security.allows(url)) {
      throw usage(
          url
              + " is not encrypted: others on the way could read the token. Use https://, or say"
              + " [security] allow_plaintext = true (IOTTLY_SECURITY_ALLOW_PLAINTEXT=true)");
    }
    if ("http".equals(scheme)) {
      spec.commandLine()
          .getErr()
          .println(
              "iottly-agent: " + url + " is not encrypted; others on the way can read the token");
    }
  }

  private Permission permission() throws IOException {
    String key = apiKey != null ? apiKey : System.getenv("IOTTLY_API_KEY");
    if (apiKeyFile != null) {
      key = Files.readString(apiKeyFile).strip();
    }
    if (pairCode != null) {
      return new Permission.PairCode(pairCode);
    }
    if (project == null || key == null || key.isBlank()) {
      throw usage(
          "give --pair-code, or --project with an API key (--api-key-file, IOTTLY_API_KEY or"
              + " --api-key)");
    }
    if (!key.chars().allMatch(c -> c > ' ' && c < 127)) {
      throw usage("the API key has characters that no key has");
    }
    return new Permission.ApiKey(project, key);
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
