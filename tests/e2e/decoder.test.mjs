/** Pictures and keyframes that strangers made are decoded in children: what those do, the server lives on. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { after, before, test } from '../lib/limited.mjs';
import { Client } from './lib/client.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { Shop, chunk, keyed, png } from './lib/shop.mjs';
import { Shopcast } from './lib/shopcast.mjs';
import { create_account } from './lib/visitors.mjs';
import { until } from './lib/wait.mjs';

const UPLOADS = 'decoder of uploads';
const KEYFRAMES = 'decoder of keyframes';

/** @type {Shopcast} */
let server;
/** @type {Shop} */
let shop;
before(async () => {
  server = await Shopcast.start('decoder');
  await create_account(server, 'host1', ['host']);
  const host = new Client(server.origin);
  await host.sign_in('host1');
  shop = new Shop(host);
});
after(() => server?.clear());

const upload = (bytes) => shop.host.post(`${shop.base}/pictures`, bytes, { ...keyed(), 'content-type': 'image/png' });
const proc = (pid, name) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
const mib = (pid, name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(proc(pid, 'status'))[1]) / 1024;
/** From now on VmHWM is the most that it takes. */
const forget_peak = (pid) => writeFileSync(`/proc/${pid}/clear_refs`, '5');
const pid_of = (child) => server.events.filter((each) => each.event === 'child.started' && each.child === child).at(-1)?.pid;
const ended = (pid) => server.event('child.ended', { pid });

/** 972 KB that inflate to a gigabyte: what a text in a PNG may be. RFC 1950, of zeros in pieces that can be repeated. */
function bomb() {
  const piece_bytes = 10_000_000;
  const piece = deflateRawSync(Buffer.alloc(piece_bytes), { level: 9, finishFlush: constants.Z_FULL_FLUSH });
  const pieces = Math.floor(972_000 / piece.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt16BE((pieces * piece_bytes) % 65_521, 0);
  sum.writeUInt16BE(1, 2);
  const text = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), Buffer.from([0x78, 0xda]), ...Array(pieces).fill(piece), Buffer.from([3, 0]), sum]);
  const plain = png(300, 200, [200, 40, 60, 255]);
  const header = 8 + 25;
  return Buffer.concat([plain.subarray(0, header), chunk('zTXt', text), plain.subarray(header)]);
}

test('a PNG whose text inflates to a gigabyte costs its pixels', async (t) => {
  assert.equal((await upload(png(300, 200, [1, 2, 3, 255]))).status, 201);
  const child = pid_of(UPLOADS);
  const all = { server: server.pid, child };
  const before_mib = Object.fromEntries(Object.entries(all).map(([name, pid]) => [name, mib(pid, 'VmRSS')]));
  for (const pid of Object.values(all)) forget_peak(pid);
  const bytes = bomb();
  const made = await upload(bytes);
  const grown = Object.fromEntries(Object.entries(all).map(([name, pid]) => [name, Math.round(mib(pid, 'VmHWM') - before_mib[name])]));
  t.diagnostic(`${bytes.length} bytes: server ${Math.round(before_mib.server)} + ${grown.server} MiB, child ${Math.round(before_mib.child)} + ${grown.child} MiB`);
  assert.deepEqual([made.status, made.body.width, made.body.height], [201, 300, 200]);
  assert.ok(grown.server < 64 && grown.child < 64, JSON.stringify(grown));
  assert.equal(pid_of(UPLOADS), child, 'nothing was wrong with it');
});

test('the child has no way out of its cage', () => {
  const child = pid_of(UPLOADS);
  assert.match(proc(child, 'status'), /^NoNewPrivs:\s+1$/m);
  assert.match(proc(child, 'status'), /^Seccomp:\s+2$/m);
  assert.match(proc(child, 'status'), /^Threads:\s+1$/m);
  for (const name of ['open files', 'file size', 'processes', 'core file size', 'locked memory']) {
    assert.match(proc(child, 'limits'), new RegExp(`^Max ${name}\\s+0\\s+0\\s`, 'm'));
  }
  assert.match(proc(child, 'limits'), /^Max address space\s+\d+\s+\d+\s/m);
  assert.match(proc(child, 'limits'), /^Max cpu time\s+\d+\s/m);
  const open = readdirSync(`/proc/${child}/fd`).map((fd) => readlinkSync(join(`/proc/${child}/fd`, fd)));
  assert.deepEqual(open.map((each) => each.replace(/\[\d+\]/, '')), ['/dev/null', '/dev/null', '/dev/null', 'socket:']);
  assert.equal(proc(child, 'environ'), '');
});

/** Uploads that wait for a child which does nothing any more: the first is with it, eight queue, one has no place. */
async function stopped_uploads() {
  assert.equal((await upload(png(30, 30, [1, 1, 1, 255]))).status, 201);
  const child = pid_of(UPLOADS);
  process.kill(child, 'SIGSTOP');
  const waiting = Array.from({ length: 10 }, (_, i) => upload(png(30 + i, 30, [2, 2, 2, 255])).catch(() => ({ status: 0 })));
  assert.equal((await Promise.race(waiting)).status, 503);
  return { child, waiting };
}

test('a child that is killed at work costs that picture alone', async () => {
  const { child, waiting } = await stopped_uploads();
  process.kill(child, 'SIGKILL');
  const statuses = (await Promise.all(waiting)).map(({ status }) => status).sort();
  assert.deepEqual(statuses, [...Array(8).fill(201), 415, 503]);
  assert.equal((await until('its end in the log', () => ended(child))).by, 'SIGKILL');
  assert.notEqual(pid_of(UPLOADS), child);
  assert.equal(await server.metric('shopcast_child_deaths_total', `child="${UPLOADS}",by="SIGKILL"`), 1);
});

test('posters come from a child of their own, and from the next one when that is killed', async () => {
  const { publish_url } = await server.create_channel('show');
  const publisher = new Publisher(['-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p'], publish_url);
  const next_poster = (known) => until('a poster', async () => {
    const { poster_url } = await server.channel('show');
    return poster_url !== null && poster_url !== known && poster_url;
  });
  try {
    const first = await next_poster(null);
    const child = pid_of(KEYFRAMES);
    assert.notEqual(child, pid_of(UPLOADS));
    process.kill(child, 'SIGKILL');
    const second = await next_poster(first);
    assert.equal((await fetch(server.url(second))).headers.get('content-type'), 'image/jpeg');
    assert.notEqual(pid_of(KEYFRAMES), child);
    assert.equal(await server.metric('shopcast_posters_total', 'result="failed"'), 0);
    assert.ok(await server.metric('shopcast_decodes_total', 'of="keyframes",result="drawn"') >= 2);
    assert.ok(await server.metric('shopcast_decode_cpu_seconds_sum', 'of="keyframes"') > 0);
  } finally {
    await publisher.vanish();
  }
});

test('a server that stops does not wait for a child that hangs, and leaves none', async () => {
  const { child, waiting } = await stopped_uploads();
  const other = pid_of(KEYFRAMES);
  assert.deepEqual(await server.stop(), { code: 0, signal: null });
  await Promise.all(waiting);
  for (const pid of [child, other]) assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  assert.deepEqual(server.stray_lines, []);
});
