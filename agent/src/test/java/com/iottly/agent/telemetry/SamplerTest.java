package com.iottly.agent.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.iottly.agent.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {

  @TempDir Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void aSampleSaysWhatTheKernelSays() throws IOException {
    write("proc/stat", "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n");
    write("proc/loadavg", "0.25 0.50 1.75 1/200 4242\n");
    write(
        "proc/meminfo",
        "MemTotal:  1000 kB\nMemAvailable:  400 kB\nSwapTotal: 10 kB\nSwapFree: 5 kB\n");
    write("proc/uptime", "4242.42 1.0\n");
    write("proc/sys/kernel/random/boot_id", "the-boot\n");
    write("proc/mounts", "/dev/root / ext4 rw 0 0\nproc /proc proc rw 0 0\n");
    write(
        "proc/net/dev",
        "Inter-|\n face |\n    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n"
            + "  eth0: 1000 9 1 0 0 0 0 0 2000 8 2 0 0 0 0 0\n");
    write("proc/self/status", "Name: java\nVmRSS:\t  2048 kB\nRssAnon:\t 1024 kB\n");
    write("proc/self/stat", "7 (a ) b) S 1 1 1 0 -1 0 0 0 0 0 100 20 0 0 20\n");
    write("sys/class/thermal/thermal_zone0/type", "cpu-thermal\n");
    write("sys/class/thermal/thermal_zone0/temp", "48250\n");
    Sampler sampler = new Sampler(root.resolve("proc"), root.resolve("sys"));

    Map<String, Object> first = sampler.sample();
    assertThat(first)
        .containsEntry("load", Map.of("1m", 0.25, "5m", 0.5, "15m", 1.75))
        .containsEntry(
            "memory",
            Map.of(
                "total_bytes", 1_024_000L,
                "available_bytes", 409_600L,
                "swap_total_bytes", 10_240L,
                "swap_free_bytes", 5_120L))
        .containsEntry(
            "network",
            List.of(
                Map.of(
                    "interface", "eth0",
                    "received_bytes", 1000L,
                    "received_errors", 1L,
                    "sent_bytes", 2000L,
                    "sent_errors", 2L)))
        .containsEntry("temperature", List.of(Map.of("sensor", "cpu-thermal", "celsius", 48.3)))
        .containsEntry("uptime_s", 4242L)
        .containsEntry("boot_id", "the-boot");
    assertThat(first.get("disk").toString()).contains("mount=/");
    assertThat(first.get("cpu").toString()).doesNotContain("usage");
    assertThat(sampler.footprint())
        .isEqualTo(Map.of("rss_bytes", 2048L * 1024, "anonymous_bytes", 1024L * 1024));

    write("proc/stat", "cpu  150 0 100 725 125 0 0 0 0 0\n");
    write("proc/self/stat", "7 (a ) b) S 1 1 1 0 -1 0 0 0 0 0 101 21 0 0 20\n");
    assertThat(sampler.footprint())
        .containsEntry("cpu_percent", 2.0 * Runtime.getRuntime().availableProcessors());
    assertThat(sampler.sample().get("cpu").toString()).contains("usage_percent=50.0");
  }

  @Test
  void whatCannotBeReadIsLeftOut() {
    Map<String, Object> sample = new Sampler(root, root).sample();
    assertThat(sample.keySet())
        .doesNotContain("memory", "disk", "network", "temperature", "boot_id");
  }

  @Test
  void thisMachineCanBeSampled() {
    Sampler sampler = new Sampler(Path.of("/proc"), Path.of("/sys"));
    assertThat(sampler.sample())
        .containsKeys("cpu", "load", "memory", "disk", "uptime_s", "boot_id");
    assertThat(sampler.footprint()).containsKeys("rss_bytes", "anonymous_bytes");
    assertThat(sampler.footprint().get("rss_bytes").toString()).isNotEqualTo("0");
  }

  @Test
  void theCauseOfAStartIsKnown() throws IOException {
    Path file = root.resolve("last-run");
    assertThat(new LastRun(file, "b1", Fixtures.quiet()).begin()).isEqualTo("first_start");
    assertThat(new LastRun(file, "b1", Fixtures.quiet()).begin()).isEqualTo("crash");
    assertThat(new LastRun(file, "b2", Fixtures.quiet()).begin()).isEqualTo("unclean_reboot");
    new LastRun(file, "b2", Fixtures.quiet()).end();
    assertThat(new LastRun(file, "b2", Fixtures.quiet()).begin()).isEqualTo("restart");
    new LastRun(file, "b2", Fixtures.quiet()).end();
    assertThat(new LastRun(file, "b3", Fixtures.quiet()).begin()).isEqualTo("reboot");
  }

  @Test
  void theManualNamesEveryFieldWithUnitAndSource() throws IOException {
    List<String> rows =
        Files.readAllLines(Path.of("../docs/agent.md")).stream()
            .filter(line -> line.startsWith("| `"))
            .toList();
    Sampler sampler = new Sampler(Path.of("/proc"), Path.of("/sys"));
    Map<String, Object> _ = sampler.footprint();
    Map<String, Object> sample = sampler.sample();
    sample.put("agent", sampler.footprint());
    for (String field : fields(sample)) {
      String group = field.contains(".") ? field.substring(0, field.lastIndexOf('.')) : field;
      String name = field.substring(field.lastIndexOf('.') + 1);
      assertThat(rows)
          .as(field)
          .anySatisfy(row -> assertThat(row).contains("`" + group).contains(name + "`"));
    }
  }

  private static List<String> fields(Map<?, ?> object) {
    List<String> fields = new ArrayList<>();
    object.forEach((name, value) -> {
      Object inside = value instanceof List<?> list && !list.isEmpty() ? list.getFirst() : value;
      if (inside instanceof Map<?, ?> map) {
        String prefix = name + (value instanceof List<?> ? "[]" : "");
        fields(map).forEach(field -> fields.add(prefix + "." + field.replaceFirst("^\\.", "")));
      } else {
        fields.add("." + name);
      }
    });
    return fields;
  }
}
