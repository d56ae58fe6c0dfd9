// A stand-in for `shopcast serve`, for work on the page alone: dist/ under the product's own content
// security policy, the channel API with states set at will, and plain live HLS from ffmpeg's test picture.
//
//   npm run build && node dev/mock-server.mjs [port]
//   curl -X POST 'http://127.0.0.1:8090/mock/studio-1?state=ended'    offline | starting | live | reconnecting | ended
//   curl -X POST 'http://127.0.0.1:8090/mock/studio-1?new-stream=1'   a new stream id
//   curl -X POST 'http://127.0.0.1:8090/mock/outage?on=1'             API answers 503 until on=0
import { spawn } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const port = Number(process.argv[2] ?? 8090);
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const media = mkdtempSync(join(tmpdir(), 'shopcast-mock-'));

const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
  "media-src 'self' blob:; worker-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; " +
  "frame-ancestors 'none'; report-uri /api/v1/csp-reports";

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
};

const encoder = spawn('ffmpeg', [
  ...['-hide_banner', '-loglevel', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=960x540:rate=30'],
  ...['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
  ...['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '30', '-pix_fmt', 'yuv420p', '-c:a', 'aac'],
  ...['-f', 'hls', '-hls_time', '1', '-hls_list_size', '8', '-hls_segment_type', 'fmp4'],
  ...['-hls_flags', 'program_date_time+delete_segments+independent_segments', join(media, 'index.m3u8')],
], { stdio: ['ignore', 'inherit', 'inherit'] });

let serial = 0;
const newStream = () => ({
  id: `mock${String(++serial).padStart(12, '0')}`,
  started_at: new Date().toISOString(),
  ended_at: null,
  video: { codec: 'avc1.64001f', width: 960, height: 540, frame_rate: 30 },
  audio: { codec: 'mp4a.40.2', sample_rate: 48000, channels: 1 },
  bitrate_bps: 2_400_000,
  keyframe_interval_ms: 1000,
  health: [],
});

const channel = (name, title, state, viewers) => ({
  name,
  title,
  state,
  playback_url: `/live/${name}/index.m3u8`,
  viewers,
  stream: state === 'live' ? newStream() : null,
});

const channels = new Map(
  [
    channel('studio-1', 'Winter skin care hour with Hana', 'live', 1284),
    channel('studio-2', '오늘 밤 립 컬러 신상 공개', 'live', 312),
    channel('atelier', 'Fragrance atelier: building a layered scent', 'live', 47),
    channel('hair-lab', 'Hair lab', 'starting', 0),
    channel('nail-bar', 'Nail bar, every Thursday', 'offline', 0),
  ].map((made) => [made.name, made]),
);
let outage = false;

function json(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'max-age=1' });
  response.end(JSON.stringify(body));
}

function control(url, response) {
  const name = url.pathname.split('/')[2];
  if (name === 'outage') {
    outage = url.searchParams.get('on') === '1';
    return json(response, 200, { outage });
  }
  if (name === 'clear') {
    channels.clear();
    return json(response, 200, {});
  }
  const at = channels.get(name);
  if (!at) return json(response, 404, {});
  const state = url.searchParams.get('state');
  if (state === 'live' && at.state !== 'live' && at.state !== 'reconnecting') at.stream = newStream();
  if (state === 'offline' || state === 'starting') at.stream = null;
  if (state) at.state = state;
  if (url.searchParams.has('new-stream')) at.stream = newStream();
  return json(response, 200, at);
}

function api(url, request, response) {
  if (outage) return json(response, 503, { code: 'overloaded' });
  const [, , , , name, part] = url.pathname.split('/');
  if (name === undefined) return json(response, 200, { channels: [...channels.values()] });
  const at = channels.get(name);
  if (!at) return json(response, 404, { code: 'channel_not_found', status: 404 });
  if (part === 'viewers') return json(response, 200, { viewers: at.viewers + 1, state: at.state });
  return json(response, 200, at);
}

function file(response, root, path, headers) {
  const full = join(root, normalize(path));
  if (!full.startsWith(root) || !existsSync(full) || !statSync(full).isFile()) {
    response.writeHead(404).end();
    return;
  }
  const type = types[extname(full)] ?? 'application/octet-stream';
  response.writeHead(200, { 'Content-Type': type, ...headers });
  createReadStream(full).pipe(response);
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (url.pathname.startsWith('/mock/')) return control(url, response);
  if (url.pathname === '/api/v1/csp-reports') {
    request.on('data', (body) => console.log('CSP report', String(body)));
    return response.writeHead(204).end();
  }
  if (url.pathname.startsWith('/api/v1/channels')) return api(url, request, response);
  if (url.pathname.startsWith('/live/')) {
    const [, , name, asset] = url.pathname.split('/');
    const live = ['live', 'reconnecting', 'ended'].includes(channels.get(name)?.state);
    if (!live) return response.writeHead(404).end();
    if (asset === 'index.m3u8' && channels.get(name).state === 'ended') {
      response.writeHead(200, { 'Content-Type': types['.m3u8'] });
      return response.end(`${readFileSync(join(media, asset), 'utf8')}#EXT-X-ENDLIST\n`);
    }
    return file(response, media, asset, { 'Cache-Control': 'no-store' });
  }
  if (url.pathname.startsWith('/assets/') || url.pathname === '/favicon.svg') {
    return file(response, dist, url.pathname, { 'Cache-Control': 'public, max-age=31536000, immutable' });
  }
  file(response, dist, 'index.html', { 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    encoder.kill();
    rmSync(media, { recursive: true, force: true });
    process.exit(0);
  });
}
