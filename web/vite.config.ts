import { defineConfig } from 'vite';

// `npm run dev` shows the page; a running `shopcast serve` answers for everything else.
const server = process.env.SHOPCAST_HTTP ?? 'http://127.0.0.1:8080';

/** An area's chunk is called by the area: studio-..., studio-ko-..., not pages-... and ko-... */
function chunkName(moduleId: string | null, name: string): string {
  const [, folder, file] = /\/src\/(?:.*\/)?([a-z]+)\/(?:i18n\/)?([^/]+?)\.tsx?$/.exec(moduleId ?? '') ?? [];
  if (folder === undefined) return name;
  return file === 'pages' ? folder : file === 'en' || file === 'ko' ? `${folder}-${file}` : name;
}

export default defineConfig({
  // The JSX runtime is named here because no framework plugin is used.
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    // A data: font or picture would be refused by the page's content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // For tools/finish-build.mjs, which removes it: which chunks a page loads.
    manifest: true,
    rolldownOptions: {
      output: {
        chunkFileNames: ({ facadeModuleId, name }) => `assets/${chunkName(facadeModuleId ?? null, name)}-[hash].js`,
        // hls.js is a chunk of its own: it changes rarely and the first paint does not wait for it.
        codeSplitting: { groups: [{ name: 'hls', test: /node_modules[\\/]hls\.js/ }] },
      },
    },
  },
  server: { proxy: { '/api': server, '/live': server } },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
} as Parameters<typeof defineConfig>[0]);
