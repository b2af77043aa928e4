import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXT = /\.(js|css|html|svg)$/;

/** The most that the first page may load, in bytes of gzipped JavaScript. */
const INITIAL_BUDGET = 200 * 1024;

/** A Vite plugin: puts `.br` and `.gz` beside each text file, and fails a build whose first page loads too much. */
export function compressed() {
  let folder = "";
  let initial = [];
  return {
    name: "compressed",
    apply: "build",
    configResolved(config) {
      folder = config.build.outDir;
    },
    generateBundle(_, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
      const loaded = new Set();
      const load = (file) => {
        const chunk = bundle[file];
        if (chunk && !loaded.has(file)) {
          loaded.add(file);
          chunk.imports.forEach(load);
        }
      };
      chunks.filter((chunk) => chunk.isEntry).forEach((chunk) => load(chunk.fileName));
      initial = [...loaded];
    },
    closeBundle() {
      for (const file of readdirSync(folder, { recursive: true }).filter((name) => TEXT.test(name))) {
        compress(join(folder, file));
      }
      const bytes = initial.map((file) => gzipSync(readFileSync(join(folder, file))).length).reduce((a, b) => a + b, 0);
      if (bytes > INITIAL_BUDGET) {
        throw new Error(`The first page loads ${bytes} bytes of gzipped JavaScript; the most is ${INITIAL_BUDGET}.`);
      }
      console.log(`first page: ${(bytes / 1024).toFixed(1)} KiB of gzipped JavaScript, of ${INITIAL_BUDGET / 1024}`);
    },
  };
}

function compress(file) {
  const content = readFileSync(file);
  const br = brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  const gz = gzipSync(content, { level: 9 });
  if (br.length < content.length) writeFileSync(`${file}.br`, br);
  if (gz.length < content.length) writeFileSync(`${file}.gz`, gz);
}
