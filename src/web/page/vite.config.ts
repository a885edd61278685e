/** Builds the pages: each HTML file of this folder, with what it needs, into dist/pages. Nothing is loaded from elsewhere. */
import { defineConfig } from 'vite';

export default defineConfig({
  build: {
    outDir: '../../../dist/pages',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the content security policy allows no data: URLs
    rolldownOptions: { input: ['inspector.html'] },
  },
});
