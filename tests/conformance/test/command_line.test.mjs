/** The program itself, over real sockets and in real time, against the fake origin. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import { describe, test } from '../../lib/limited.mjs';
import { fileURLToPath } from 'node:url';
import { FakeOrigin } from './fake_origin.mjs';

const PROGRAM = fileURLToPath(new URL('../hlscheck.mjs', import.meta.url));

/** The fake origin behind a socket; its time is the machine's. */
async function serve(mutation) {
  const origin = new FakeOrigin(mutation);
  const ahead_ms = Date.now() - origin.time.now_ms;
  origin.stream.started_ms += ahead_ms;
  Object.defineProperty(origin.time, 'now_ms', { get: () => Date.now() });
  origin.time.until = (ms) => new Promise((done) => { setTimeout(done, Math.max(0, ms - Date.now())).unref(); });
  const server = http.createServer(async (incoming, outgoing) => {
    const answer = await origin.client.request(`http://fake${incoming.url}`, { method: incoming.method, headers: incoming.headers });
    outgoing.writeHead(answer.status, answer.headers).end(incoming.method === 'HEAD' ? undefined : answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/live/show/index.m3u8`, close: () => { server.close(); server.closeAllConnections(); } };
}

async function run(...args) {
  const child = spawn(process.execPath, [PROGRAM, ...args], { timeout: 60_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => { output += piece; });
  const [code] = await once(child, 'close');
  return { code, output };
}

describe('hlscheck', { concurrency: true }, () => {
  test('a right server: exit 0 and a table', async () => {
    const server = await serve({});
    const { code, output } = await run(server.url, '--seconds', '4');
    server.close();
    assert.equal(code, 0, output);
    assert.match(output, /^ok\s+\d+\s+MUST\s+part-target\s/m);
    assert.match(output, /rules hold, 0 are broken/);
  });

  test('a wrong server: exit 1 and the failures', async () => {
    const server = await serve({ playlist: (text) => text.replace('PART-TARGET=0.5', 'PART-TARGET=0.45') });
    const { code, output } = await run(server.url, '--seconds', '2', '--failures');
    server.close();
    assert.equal(code, 1, output);
    assert.match(output, /^FAIL\s+\S+\s+MUST\s+part-target\s/m);
    assert.match(output, /part \d+\.\d: 0\.5 of 0\.45/);
  });

  test('no server, or no URL: exit 2 and a sentence', async () => {
    const refused = await run('http://127.0.0.1:1/live/x/index.m3u8');
    assert.equal(refused.code, 2);
    assert.match(refused.output, /^hlscheck: .*ECONNREFUSED/m);
    const usage = await run();
    assert.equal(usage.code, 2);
    assert.match(usage.output, /^usage:/);
  });
});
