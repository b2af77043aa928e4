// node build/once.mjs STAMP INPUT[,INPUT…] COMMAND…: runs the command unless it succeeded for the same inputs already.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const [stamp, inputs, ...command] = process.argv.slice(2);

function files(path) {
  return statSync(path).isDirectory() ? readdirSync(path).sort().flatMap((name) => files(join(path, name))) : [path];
}

const hash = createHash("sha256").update(process.version);
for (const file of inputs.split(",").flatMap(files)) hash.update(`${file}\0`).update(readFileSync(file));
const digest = hash.digest("hex");

if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) {
  console.log(`${command.join(" ")}: nothing changed`);
} else {
  const { status, error } = spawnSync(command.join(" "), { shell: true, stdio: "inherit" });
  if (error || status !== 0) {
    console.error(`'${command.join(" ")}' failed in ${process.cwd()}`);
    process.exit(1);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, digest);
}
