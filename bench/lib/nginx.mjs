/** Debian's nginx, unpacked under build/tools and never installed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { children_of, start, until_listening } from './processes.mjs';

/** Unpacks a Debian package below a folder. @returns {string} the path of `file` in it */
function unpack(tools, name, package_name, file) {
  const folder = join(tools, name);
  const path = join(folder, file);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  execFileSync('apt-get', ['-q', 'download', package_name], { cwd: folder, stdio: ['ignore', 'ignore', 'ignore'] });
  const deb = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  execFileSync('dpkg', ['-x', deb, '.'], { cwd: folder });
  return path;
}

/** @param {string} tools @returns {string} the program */
export const fetch_nginx = (tools) => unpack(tools, 'nginx', 'nginx', 'usr/sbin/nginx');

/** @param {string} tools @returns {string} the module that proxies TCP */
export const fetch_nginx_stream = (tools) => unpack(tools, 'nginx-stream', 'libnginx-mod-stream', 'usr/lib/nginx/modules/ngx_stream_module.so');

/**
 * Settings measured to be nginx's best on this machine: small bodies by read and writev (`sendfile`
 * cost it 4 us more), large ones by sendfile with tcp_nopush, file handles cached, no access log.
 * It sends fewer headers than shopcast does.
 */
function configuration(folder, memory, ports) {
  const server = (port, root, settings) => `
  server { listen 127.0.0.1:${port} backlog=4096; root ${root}; ${settings} }`;
  return `worker_processes 1;
daemon off;
pid ${folder}/pid;
error_log stderr crit;
events { worker_connections 8192; use epoll; multi_accept on; }
http {
  access_log off;
  server_tokens off;
  tcp_nodelay on;
  keepalive_timeout 75s;
  keepalive_requests 1000000000;
  open_file_cache max=1000 inactive=1h;
  open_file_cache_valid 1h;
  types { application/vnd.apple.mpegurl m3u8; video/mp4 m4s; }
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/tmp/${name};`).join('\n  ')}
${server(ports.small, `${folder}/files`, 'sendfile off; output_buffers 1 512k;')}
${server(ports.large_disk, `${folder}/files`, 'sendfile on; tcp_nopush on;')}
${server(ports.large_memory, memory, 'sendfile on; tcp_nopush on;')}
}
`;
}

/**
 * Live segments usually lie in a tmpfs, as ours lie in a memfd; a disk's page cache has larger folios and is a
 * little cheaper to send from. Large bodies are served from both.
 * @param {string} folder on a disk @param {string} memory a folder on a tmpfs
 * @param {{small: number, large_disk: number, large_memory: number}} ports
 * @returns {Promise<{pid: number, version: string, files: string, memory: string}>} pid of the worker
 */
export async function start_nginx(program, folder, memory, core, ports) {
  mkdirSync(join(folder, 'files'), { recursive: true });
  mkdirSync(join(folder, 'tmp'), { recursive: true });
  // Started by root, its worker is "nobody" and must be able to read.
  for (const each of [folder, join(folder, 'files'), memory]) chmodSync(each, 0o755);
  const file = join(folder, 'nginx.conf');
  writeFileSync(file, configuration(folder, memory, ports));
  const master = start(core, program, ['-p', folder, '-c', file]);
  await until_listening(ports.small);
  const [worker] = children_of(master.pid);
  return { pid: worker, version: 'nginx 1.22 (Debian 12)', files: join(folder, 'files'), memory };
}
