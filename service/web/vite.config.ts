import { defineConfig } from "vite";

// One bundle for each page that has an island; the stylesheet and its fonts are shared by all.
export default defineConfig({
  base: "/static/",
  build: {
    outDir: "../static",
    emptyOutDir: true,
    manifest: true,
    license: true,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { input: ["src/style.css", "src/document.ts", "src/query.ts"] },
  },
});
