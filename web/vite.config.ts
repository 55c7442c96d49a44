// Bundles the front end into dist/, from where the program embeds it. Everything gets a name with a hash, so that it
// may be cached for ever; nothing is inlined, since the Content Security Policy allows no data: scripts or fonts.
import { defineConfig } from "vite";

export default defineConfig({
  base: "/",
  build: {
    outDir: "dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    target: "es2023",
    // The first versions that know light-dark() themselves: a polyfilled one resolves at the root, not at the live parts.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    sourcemap: false,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: {
        app: "src/app.ts",
        board: "src/board.ts",
        terminal: "src/terminal/index.ts",
        wall: "src/wall.ts",
      },
    },
  },
});
