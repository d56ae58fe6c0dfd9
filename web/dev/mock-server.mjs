// A stand-in for `shopcast serve`, for work on the page alone: dist/ under the product's own content
// security policy, the API with channel states set at will, and low-latency HLS of one ffmpeg picture for all.
// Accounts: user1, host1, mod1, operator1, auditor1, admin1, each with the password CloudWave! (mock-people.mjs).
//
//   npm run build && node dev/mock-server.mjs [port]
//   curl -X POST 'http://127.0.0.1:8090/mock/studio-1?state=ended'    offline | starting | live | reconnecting | ended
//   curl -X POST 'http://127.0.0.1:8090/mock/studio-1?new-stream=1'   a new stream id
//   curl -X POST 'http://127.0.0.1:8090/mock/fill'   all channels anew; idle: none on air; clear: no channels
//   curl -X POST 'http://127.0.0.1:8090/mock/people?setup=1'          accounts anew; setup=1: none yet; insecure=1: the warning
//   curl -X POST 'http://127.0.0.1:8090/mock/outage?on=1'             API answers 503 until on=0; media=1: all media does
import { execFileSync } from 'node:child_process';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MockLive } from './mock-live.mjs';
import { MockPeople, Problem } from './mock-people.mjs';
import { MockShop } from './mock-shop.mjs';
import { MockStaff } from './mock-staff.mjs';

const port = Number(process.argv[2] ?? 8090);
const dist = fileURLToPath(new URL('../dist', import.meta.url));

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

// A slow drift of warm colours: dull enough to judge the page by, moving enough to see that it plays.
const picture =
  'gradients=size=960x540:rate=30:c0=0xf1d9d3:c1=0xc98a93:c2=0x7d4a5c:nb_colors=3:speed=0.02,' +
  "drawtext=text='%{pts\\:hms}':x=40:y=h-80:fontsize=36:fontcolor=white";

const live = new MockLive([
  ...['-re', '-f', 'lavfi', '-i', picture, '-re', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000'],
]);

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
  shop: 'main',
  playback_url: `/live/${name}/index.m3u8`,
  viewers,
  poster_url: state === 'live' ? `/live/s/${name}/poster-1.jpg` : null,
  stream: state === 'live' ? newStream() : null,
});

// One frame of the same drift, at another moment for each channel.
const posters = new Map();
function poster(name) {
  if (!posters.has(name)) {
    const second = 5 + [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 40;
    const frame = ['-ss', String(second), '-i', picture.split(',drawtext')[0].replace('speed=0.02', `speed=0.02:seed=${second}`), '-frames:v', '1', '-s', '640x360'];
    posters.set(name, execFileSync('ffmpeg', ['-loglevel', 'error', '-f', 'lavfi', ...frame, '-f', 'mjpeg', '-q:v', '4', 'pipe:1']));
  }
  return posters.get(name);
}

const fill = () =>
  [
    channel('studio-1', 'Winter skin care hour with Hana', 'live', 1284),
    channel('studio-2', '오늘 밤 립 컬러 신상 공개', 'live', 312),
    channel('atelier', 'Fragrance atelier: building a layered scent', 'live', 47),
    channel('hair-lab', 'Hair lab', 'starting', 0),
    channel('nail-bar', 'Nail bar, every Thursday', 'offline', 0),
  ].map((made) => [made.name, made]);
let channels = new Map(fill());
let people = new MockPeople();
let staff = new MockStaff(() => channels, people, newStream);
let shop = new MockShop();
let outage = false;
let mediaOutage = false;
let beats = 0;

function json(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'max-age=1' });
  response.end(JSON.stringify(body));
}

function control(url, response) {
  const name = url.pathname.split('/')[2];
  if (name === 'outage') {
    outage = url.searchParams.get('on') === '1';
    mediaOutage = url.searchParams.get('media') === '1';
    return json(response, 200, { outage, mediaOutage });
  }
  if (name === 'beats') return json(response, 200, { beats });
  if (name === 'clear' || name === 'fill' || name === 'idle') {
    channels = new Map(name === 'clear' ? [] : fill());
    if (name === 'idle') for (const at of channels.values()) Object.assign(at, { state: 'offline', stream: null, viewers: 0 });
    return json(response, 200, {});
  }
  if (name === 'people') {
    people = new MockPeople();
    people.setupNeeded = url.searchParams.get('setup') === '1';
    people.insecure = url.searchParams.get('insecure') === '1';
    staff = new MockStaff(() => channels, people, newStream);
    shop = new MockShop();
    return json(response, 200, {});
  }
  const at = channels.get(name);
  if (!at) return json(response, 404, {});
  const state = url.searchParams.get('state');
  if (state === 'live' && at.state !== 'live' && at.state !== 'reconnecting') at.stream = newStream();
  if (state === 'offline' || state === 'starting') at.stream = null;
  if (state === 'ended' && at.stream) at.stream.ended_at = new Date().toISOString();
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
  if (part === 'viewers') beats += 1;
  if (part === 'viewers') return json(response, 200, { viewers: at.viewers + 1, state: at.state });
  return json(response, 200, at);
}

async function bodyOf(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return text === '' ? {} : JSON.parse(text);
}

/** The first route that fits, with its `:a` parts. */
function routeAt(method, path) {
  const parts = path.split('/');
  for (const [route, act] of Object.entries({ ...people.routes(), ...staff.routes(), ...shop.routes() })) {
    const [routeMethod, pattern] = route.split(' ');
    const wanted = pattern.split('/');
    if (routeMethod !== method || wanted.length !== parts.length) continue;
    const found = {};
    if (wanted.every((part, i) => (part.startsWith(':') ? (found[part.slice(1)] = decodeURIComponent(parts[i])) : part === parts[i]))) return { act, found };
  }
  return null;
}

async function staffApi(url, request, response) {
  const route = outage ? null : routeAt(request.method, url.pathname.slice('/api/v1'.length));
  const answer = (status, type, body, headers = {}) => {
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  };
  try {
    if (outage) throw new Problem(503, 'busy', { retryAfter: 5 });
    if (!route) throw new Problem(404, 'not_found');
    const body = await bodyOf(request);
    const { status = 200, body: result, headers } = route.act({ ...route.found, url, request, body, who: people.who(request) });
    answer(status, 'application/json', result, headers);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    answer(error.status, 'application/problem+json', error.body, error.retryAfter && { 'Retry-After': error.retryAfter });
  }
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

async function media(url, response) {
  const still = /^\/live\/s\/([^/]+)\/poster-\d+\.jpg$/.exec(url.pathname);
  if (still) return response.writeHead(200, { 'Content-Type': 'image/jpeg', 'Cache-Control': 'public, max-age=60' }).end(poster(still[1]));
  if (mediaOutage) return response.writeHead(503).end();
  const [, , name, asset] = url.pathname.split('/');
  const state = channels.get(name)?.state;
  if (state !== 'live' && state !== 'reconnecting' && state !== 'ended') return response.writeHead(404).end();
  const send = (type, body) => {
    if (!body) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(body);
  };
  if (asset === 'index.m3u8') {
    const variant = '#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.42c01f,mp4a.40.2",RESOLUTION=960x540\nmedia.m3u8\n';
    return send(types['.m3u8'], `#EXTM3U\n#EXT-X-VERSION:9\n#EXT-X-INDEPENDENT-SEGMENTS\n${variant}`);
  }
  if (asset === 'media.m3u8') {
    const msn = url.searchParams.get('_HLS_msn');
    if (msn !== null && state === 'live') await live.reached(Number(msn), Number(url.searchParams.get('_HLS_part') ?? 0));
    return send(types['.m3u8'], live.playlist(channels.get(name)?.state === 'ended'));
  }
  if (asset === 'init.mp4') return send(types['.mp4'], live.init);
  const [msn, part] = asset.split('.').map(Number);
  if (Number.isFinite(part)) await live.reached(msn, part);
  send(types['.m4s'], live.bytes(msn, Number.isFinite(part) ? part : null));
}

createServer((request, response) => {
  const url = new URL(request.url, 'http://mock');
  if (url.pathname.startsWith('/mock/')) return control(url, response);
  if (url.pathname === '/api/v1/csp-reports') {
    request.on('data', (body) => console.log('CSP report', String(body)));
    return response.writeHead(204).end();
  }
  const publicCall = request.method === 'GET' || url.pathname.endsWith('/viewers');
  if (url.pathname.startsWith('/api/v1/channels') && publicCall) return api(url, request, response);
  if (url.pathname.startsWith('/api/')) return void staffApi(url, request, response);
  if (url.pathname.startsWith('/live/')) return void media(url, response);
  if (url.pathname.startsWith('/assets/') || url.pathname === '/favicon.svg') {
    return file(response, dist, url.pathname, { 'Cache-Control': 'public, max-age=31536000, immutable' });
  }
  file(response, dist, 'index.html', { 'Content-Security-Policy': policy, 'Cache-Control': 'no-cache' });
}).listen(port, '127.0.0.1', () => console.log(`http://127.0.0.1:${port}/`));

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.on(signal, () => {
    live.stop();
    process.exit(0);
  });
}
