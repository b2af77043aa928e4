import { defineConfig } from "vitest/config";
import { compressed } from "./build/compressed.mjs";

/** Where `npm run dev` finds a platform to talk to, such as the one of `./iottly demo`. */
const platform = process.env.IOTTLY_URL ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [compressed()],
  build: {
    target: "es2022",
    outDir: "target/classes/dashboard",
    emptyOutDir: true,
    // Small files would become data: URLs, which our content security policy does not want for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    port: 5173,
    proxy: {
      // The platform answers its own page only, so the dev server's requests must look like that page's.
      "/v1.0": { target: platform, changeOrigin: true, ws: true, headers: { origin: platform } },
    },
  },
  test: { environment: "node", include: ["src/**/*.test.ts"] },
});
