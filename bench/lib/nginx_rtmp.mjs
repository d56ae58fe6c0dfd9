/** Debian's nginx with its RTMP module, unpacked under build/tools and never installed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fetch_nginx } from './nginx.mjs';
import { children_of, start, until_listening } from './processes.mjs';

/** @param {string} tools @returns {{program: string, module: string}} */
export function fetch_nginx_rtmp(tools) {
  const program = fetch_nginx(tools);
  const folder = join(tools, 'nginx-rtmp');
  const module = join(folder, 'usr/lib/nginx/modules/ngx_rtmp_module.so');
  if (existsSync(module)) return { program, module };
  mkdirSync(folder, { recursive: true });
  execFileSync('apt-get', ['-q', 'download', 'libnginx-mod-rtmp'], { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
  execFileSync('dpkg', ['-x', readdirSync(folder).find((name) => name.endsWith('.deb')), '.'], { cwd: folder });
  return { program, module };
}

/**
 * One worker that takes streams in and keeps a minute of HLS fragments of 2 s on a tmpfs, as our live window does. It
 * writes fragments and one playlist each 2 s; parts, delta playlists and gzip it does not have.
 * @param {{program: string, module: string}} nginx @param {string} folder @param {string} memory on a tmpfs
 * @returns {Promise<{pids: number[], address: string, version: string}>} its worker and its HLS cache manager
 */
export async function start_nginx_rtmp({ program, module }, folder, memory, core, port) {
  mkdirSync(folder, { recursive: true });
  // Started by root, its worker is "nobody" and must be able to write.
  for (const each of [folder, memory]) chmodSync(each, 0o777);
  const file = join(folder, 'nginx-rtmp.conf');
  writeFileSync(file, `load_module ${module};
worker_processes 1;
daemon off;
pid ${folder}/pid;
error_log stderr crit;
events { worker_connections 8192; use epoll; multi_accept on; }
rtmp {
  access_log off;
  server {
    listen 127.0.0.1:${port};
    chunk_size 65536;
    application live {
      live on;
      hls on;
      hls_path ${memory};
      hls_fragment 2s;
      hls_playlist_length 60s;
    }
  }
}
`);
  const master = start(core, program, ['-p', folder, '-c', file]);
  await until_listening(port);
  const pids = children_of(master.pid);
  return { pids, address: `127.0.0.1:${port}`, version: 'nginx 1.22 with nginx-rtmp 1.2.2 (Debian 12)' };
}
