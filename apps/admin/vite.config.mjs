import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: '/admin/',
  plugins: [react()],
  // The API puts a fresh nonce in its place each time it sends the page (apps/api/src/admin-pages/admin-files.ts).
  html: { cspNonce: 'GK_NONCE' },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
  },
});
