// After `vite build`: writes .gz and .br beside each compressible file of dist/, and holds the page's
// own script to its size budget (hls.js, loaded apart, is not counted).
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const dist = fileURLToPath(new URL('../dist', import.meta.url));
const script_gzip_bytes_max = 40 * 1024;
const compressible = /\.(html|js|css|svg|json|txt|webmanifest)$/;
const is_hls = /(^|\/)hls(\.worker)?-[A-Za-z0-9_-]{8}\.js$/;

function* files(folder) {
  for (const name of readdirSync(folder).sort()) {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

let script_gzip_bytes = 0;
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
  const own_script = name.endsWith('.js') && !is_hls.test(name);
  if (own_script) script_gzip_bytes += gzip.length;
  console.log(
    `${name.padEnd(40)} ${String(bytes.length).padStart(8)} B  gzip ${String(gzip.length).padStart(7)} B` +
      `  br ${String(brotli.length).padStart(7)} B${own_script ? '  (own script)' : ''}`,
  );
}

console.log(`own script: ${script_gzip_bytes} of at most ${script_gzip_bytes_max} bytes gzip`);
if (script_gzip_bytes > script_gzip_bytes_max) {
  console.error('The page\'s own script is over its budget: move what the first paint does not need into a lazy import().');
  process.exit(1);
}
