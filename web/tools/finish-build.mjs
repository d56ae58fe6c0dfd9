// After `vite build`: writes .gz and .br beside each compressible file of dist/, and holds what each area makes
// its visitors download to a size budget (hls.js, loaded apart, is not counted).
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const compressible = /\.(html|js|css|svg|json|txt|webmanifest)$/;
const KiB = 1024;

const shop_words = 'src/shared/shop/i18n/ko.ts';

// What people download before they see the page: its own chunks and those they import, and the larger dictionary.
// The storefront's is what a viewer on a phone pays; a staff page comes on top of it.
const budgets = [
  { area: 'storefront (home, watch)', entries: ['index.html', 'src/player/hls-engine.ts'], gzip_bytes_max: 40 * KiB },
  { area: 'account', entries: area_entries('account'), gzip_bytes_max: 24 * KiB },
  { area: 'buying', entries: [...area_entries('buying'), shop_words], gzip_bytes_max: 32 * KiB },
  { area: 'buying beside a show', entries: ['src/buying/beside/beside-video.tsx', 'src/buying/i18n/ko.ts', shop_words, 'src/shared/i18n/ko.ts'], gzip_bytes_max: 24 * KiB },
  { area: 'studio', entries: area_entries('studio'), gzip_bytes_max: 32 * KiB },
  { area: 'shopkeeping', entries: [...area_entries('shopkeeping'), shop_words], gzip_bytes_max: 40 * KiB },
  { area: 'operations', entries: area_entries('operations'), gzip_bytes_max: 24 * KiB },
];

function area_entries(area) {
  return [`src/${area}/pages.tsx`, `src/${area}/i18n/ko.ts`, 'src/shared/i18n/ko.ts'];
}

const manifest_folder = join(dist, '.vite');
const manifest = JSON.parse(readFileSync(join(manifest_folder, 'manifest.json'), 'utf8'));
// Not for visitors: it would be embedded with the rest.
rmSync(manifest_folder, { recursive: true });

function* files(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

/** The script files that `entries` bring with them, hls.js apart. */
function scripts_of(entries) {
  const found = new Set();
  const add = (key) => {
    const chunk = manifest[key];
    if (!chunk) throw new Error(`the build has no ${key}: name the budget's chunks anew`);
    if (found.has(chunk.file) || chunk.name === 'hls') return;
    found.add(chunk.file);
    for (const imported of chunk.imports ?? []) add(imported);
  };
  entries.forEach(add);
  return found;
}

const gzip_bytes = new Map();
for (const path of [...files(dist)]) {
  if (!compressible.test(path)) continue;
  const bytes = readFileSync(path);
  const gzip = gzipSync(bytes, { level: 9 });
  const brotli = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  writeFileSync(`${path}.gz`, gzip);
  writeFileSync(`${path}.br`, brotli);
  const name = relative(dist, path);
  gzip_bytes.set(name, gzip.length);
  console.log(
    `${name.padEnd(40)} ${String(bytes.length).padStart(8)} B  gzip ${String(gzip.length).padStart(7)} B` +
      `  br ${String(brotli.length).padStart(7)} B`,
  );
}

const storefront = scripts_of(budgets[0].entries);
let over = false;
for (const { area, entries, gzip_bytes_max } of budgets) {
  const own = [...scripts_of(entries)].filter((file) => area.startsWith('storefront') || !storefront.has(file));
  const sum = own.reduce((total, file) => total + gzip_bytes.get(file), 0);
  console.log(`${area}: ${sum} of at most ${gzip_bytes_max} bytes of script, gzip`);
  over ||= sum > gzip_bytes_max;
}
if (over) {
  console.error('An area is over its budget: move what its first paint does not need into a lazy import().');
  process.exit(1);
}
