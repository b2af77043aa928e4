const BROWSERS = [
  [/\bEdg\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\//, "Firefox"],
  [/\b(Headless)?Chrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
  [/^curl\//, "curl"],
] as const;

const SYSTEMS = [
  [/Android/, "Android"],
  [/iPhone|iPad/, "iOS"],
  [/Windows/, "Windows"],
  [/Mac OS X/, "macOS"],
  [/Linux/, "Linux"],
] as const;

/** A user agent as a person would say it, such as "Firefox on Linux"; what nobody knows stays as it is. */
export function browserOf(client: string): string {
  const browser = BROWSERS.find(([form]) => form.test(client))?.[1];
  const system = SYSTEMS.find(([form]) => form.test(client))?.[1];
  if (browser === undefined) return client;
  return system === undefined ? browser : `${browser} on ${system}`;
}
