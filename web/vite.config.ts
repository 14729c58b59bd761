import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Relative addresses: the page works under any prefix that a host gives the API.
  base: './',
  build: {
    target: 'es2022',
    // Nothing inline: the page's Content-Security-Policy allows files of its own alone.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
