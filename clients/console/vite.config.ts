/** How the console is built: into the server's package, with names that depend on the content alone. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./",
  resolve: {
    alias: [{ find: /^@gen\//, replacement: `${here("../typescript/src/gen")}/` }],
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    // tools/console.py builds it, and keeps a mark of the sources beside it.
    outDir: "../../server/bellrope_server/gateway/console/built",
    emptyOutDir: true,
    target: ["chrome123", "firefox121", "safari17.5"],
    assetsInlineLimit: 0, // the policy allows no `data:` addresses
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 400,
    rolldownOptions: { checks: { bundlerTimings: false } }, // on a busy machine everything is slow
  },
});
