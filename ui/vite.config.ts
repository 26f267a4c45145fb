import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [react()],
  html: { cspNonce: "__NONCE__" },
  build: {
    outDir: "../src/cutroom/web/dist",
    emptyOutDir: true,
    assetsDir: "static",
    // Small files inside others would need `data:` in the policy of the page.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 900,
    rolldownOptions: {
      output: {
        advancedChunks: {
          groups: [
            // Hundreds of icons would be a file and a request each.
            { name: "icons", test: /node_modules\/@tabler\// },
            { name: "parts", test: /node_modules\/@mantine\/(core|hooks|form|modals|notifications|dates)\// },
          ],
        },
      },
    },
  },
  server: { proxy: { "/api": "http://127.0.0.1:8000", "/health": "http://127.0.0.1:8000" } },
  test: { environment: "node" },
});
