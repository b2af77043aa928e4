import { expect, it } from "vitest";
import { nameOf, shown, unitOf } from "./numbers";

it("a value is shown in the unit that its field's name ends with", () => {
  expect(shown(1536, unitOf("telemetry.agent.rss_bytes"))).toBe("1.5 KiB");
  expect(shown(0, "bytes")).toBe("0 B");
  expect(shown(8.2 * 1024 ** 3, "bytes")).toBe("8.2 GiB");
  expect(shown(12.345, unitOf("cpu_percent"))).toBe("12.35 %");
  expect(shown(21.5, unitOf("rooms.0.celsius"))).toBe("21.5 °C");
  expect(shown(90, unitOf("uptime_s"))).toBe("90 s");
  expect(shown(5_400, "seconds")).toBe("90 min");
  expect(shown(900_000, "seconds")).toBe("10.4 d");
  expect(shown(1_234_567.8, unitOf("revenue"))).toBe("1,234,568");
});

it("the agent's fields have names, and those of a list say of what they are", () => {
  expect(nameOf("telemetry.load.1m")).toBe("Load, 1 minute");
  expect(nameOf("telemetry.network.1.received_bytes", "eth0")).toBe("Received, eth0");
  expect(nameOf("telemetry.disk.0.available_bytes")).toBe("Disk available, 0");
  expect(nameOf("boiler.rooms.0.celsius")).toBe("boiler › rooms › 0 › celsius");
});
