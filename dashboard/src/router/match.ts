/** The parameters when a path is of that pattern; segments that begin with ":" are parameters. */
export function match(pattern: string, path: string): Record<string, string> | undefined {
  const expected = segments(pattern);
  const given = segments(path);
  if (expected.length !== given.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [i, segment] of expected.entries()) {
    const actual = given[i] ?? "";
    if (segment.startsWith(":")) parameters[segment.slice(1)] = decode(actual);
    else if (segment !== actual) return undefined;
  }
  return parameters;
}

function segments(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "");
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
