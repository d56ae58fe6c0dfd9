/** Certificates that nobody has signed but themselves. */
import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './ffmpeg.mjs';

/** Puts chain.pem and key.pem for `name` and this machine's loopback into a folder. @param {string} folder @param {string} name */
export async function make_certificate(folder, name) {
  const made = await run('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', `/CN=${name}`, '-addext', `subjectAltName=DNS:${name},DNS:localhost,IP:127.0.0.1`,
    '-keyout', join(folder, 'key.new'), '-out', join(folder, 'chain.new')]);
  assert.equal(made.code, 0, made.stderr);
  for (const file of ['chain', 'key']) renameSync(join(folder, `${file}.new`), join(folder, `${file}.pem`));
}

/** A shopcast.toml that serves everything twice, on free ports. @param {string} folder @param {string} [more] other settings @returns {string} its path */
export function write_tls_config(folder, more = '') {
  const file = join(folder, 'shopcast.toml');
  writeFileSync(file, `
[http]
listen = "127.0.0.1:0"
tls_listen = "127.0.0.1:0"
[rtmp]
listen = "127.0.0.1:0"
tls_listen = "127.0.0.1:0"
[tls]
certificate = "${join(folder, 'chain.pem')}"
key = "${join(folder, 'key.pem')}"
${more}`);
  return file;
}
