import { defineConfig } from 'vite'

// biome-ignore lint/style/noDefaultExport: vite reads the default export
export default defineConfig({
  root: 'web',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../assets/web',
    emptyOutDir: true,
    // What the colours and the arrows with a spoken text need.
    target: ['chrome125', 'firefox128', 'safari17.5'],
    // Nothing in the page itself: its policy allows files of this host only.
    assetsInlineLimit: 0,
    modulePreload: false,
    // Sizes are told by the test that limits them.
    reportCompressedSize: false,
  },
})
