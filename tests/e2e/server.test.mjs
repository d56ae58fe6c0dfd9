/** Starting, stopping and asking the server, as operators do. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import { Publisher } from './lib/ffmpeg.mjs';
import { film_file } from './lib/material.mjs';
import { ROOT } from './lib/paths.mjs';
import { Shopcast, run_shopcast } from './lib/shopcast.mjs';
import { until } from './lib/wait.mjs';

const PROMTOOL = `${ROOT}build/tools/prometheus/usr/bin/promtool`;

function with_folder(work) {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'shopcast-e2e-'));
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}

const any_ports = ['--http', '127.0.0.1:0', '--rtmp', '127.0.0.1:0'];

describe('a server that cannot start says why', () => {
  /** @type {Shopcast} */
  let first;
  before(async () => { first = await Shopcast.start('server-first'); });
  after(() => first?.clear());

  test('the HTTP port is taken', with_folder(async (folder) => {
    const { code, stderr } = await run_shopcast(['serve', '--data', folder, '--http', first.http, '--rtmp', '127.0.0.1:0']);
    assert.equal(code, 1);
    assert.ok(stderr.includes(first.http), stderr);
    assert.match(stderr, new RegExp(`in use|taken|${first.pid}`), stderr);
    assert.ok(stderr.includes(String(first.pid)) || /shopcast/.test(stderr.replace(/^shopcast: /, '')), `names what holds it: ${stderr}`);
  }));

  test('the RTMP port is taken', with_folder(async (folder) => {
    const { code, stderr } = await run_shopcast(['serve', '--data', folder, '--http', '127.0.0.1:0', '--rtmp', first.rtmp]);
    assert.equal(code, 1);
    assert.ok(stderr.includes(first.rtmp), stderr);
  }));

  test('the data folder is in use', async () => {
    const { code, stderr } = await run_shopcast(['serve', '--data', first.data_folder, ...any_ports]);
    assert.equal(code, 1);
    assert.match(stderr, /in use by another shopcast/);
    assert.ok(stderr.includes(String(first.pid)), stderr);
  });

  test('the first server did not notice', async () => {
    assert.equal((await fetch(first.url('/readyz'))).status, 200);
  });

  test('what it writes is for its own user alone, whoever made the folder', with_folder(async (folder) => {
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'shopcast.db'), '', { mode: 0o644 });
    const open_handed = await Shopcast.start('server-open-folder', { data_folder: folder });
    try {
      await open_handed.create_channel('show');
      const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => !each.isDirectory());
      assert.ok(files.length >= 4, `${files.length}`);
      for (const file of files) {
        const { mode } = statSync(join(file.parentPath ?? file.path, file.name));
        assert.equal(mode & 0o077, 0, `${file.name} ${mode.toString(8)}`);
      }
    } finally {
      await open_handed.stop();
    }
  }));

  test('and no thread of it hears the signals that stop it but the one that waits for them', () => {
    const threads = readdirSync(`/proc/${first.pid}/task`).filter((id) => id !== String(first.pid));
    assert.ok(threads.length > 3, `${threads}`);
    for (const id of threads) {
      const status = readFileSync(`/proc/${first.pid}/task/${id}/status`, 'utf8');
      const blocked = BigInt(`0x${/^SigBlk:\s+(\w+)$/m.exec(status)?.[1]}`);
      for (const signal of [2n, 15n]) assert.ok((blocked >> (signal - 1n)) & 1n, status);
    }
  });
});

describe('shopcast.toml', () => {
  const serve_with = (folder, toml) => {
    const file = join(folder, 'shopcast.toml');
    writeFileSync(file, toml);
    return run_shopcast(['serve', '--config', file, '--data', folder, ...any_ports]);
  };

  test('an unknown key names the nearest', with_folder(async (folder) => {
    const { code, stderr } = await serve_with(folder, '[live]\npart_taget_ms = 500\n');
    assert.equal(code, 1);
    assert.match(stderr, /line 2.*part_taget_ms.*did you mean "part_target_ms"/);
  }));

  test('proxies that are none, or that nobody may be', with_folder(async (folder) => {
    const wrong = await serve_with(folder, '[server]\ntrusted_proxies = ["127.0.0.1", "10.0.0.0/40"]\n');
    assert.equal(wrong.code, 1);
    assert.match(wrong.stderr, /server\.trusted_proxies: "10\.0\.0\.0\/40": behind the slash stands a number from 0 to 32/);
    for (const section of ['http', 'rtmp']) {
      const nobody = await serve_with(folder, `[${section}]\nproxy_protocol = true\n`);
      assert.equal(nobody.code, 1);
      assert.match(nobody.stderr, new RegExp(`${section}\\.proxy_protocol is on and nobody could connect: list the proxies in server\\.trusted_proxies`));
    }
  }));

  test('a value that makes no sense names its limits', with_folder(async (folder) => {
    const { code, stderr } = await serve_with(folder, '[live]\npart_target_ms = 20\n');
    assert.equal(code, 1);
    assert.match(stderr, /part_target_ms.*200.*2,?000/);
  }));

  test('a file that is not there', with_folder(async (folder) => {
    const { code, stderr } = await run_shopcast(['serve', '--config', join(folder, 'none.toml'), '--data', folder]);
    assert.equal(code, 1);
    assert.match(stderr, /none\.toml/);
  }));
});

describe('a running server', () => {
  /** @type {Shopcast} */
  let server;
  let file;
  before(async () => {
    file = await film_file('gop30', 90);
    server = await Shopcast.start('server');
  });
  after(() => server?.clear());

  test('healthz, readyz', async () => {
    for (const path of ['/healthz', '/readyz']) assert.equal((await fetch(server.url(path))).status, 200, path);
  });

  test('metrics are what Prometheus reads', async () => {
    const answer = await fetch(server.url('/metrics'));
    assert.match(answer.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
    const text = await answer.text();
    const typed = [...text.matchAll(/^# TYPE (\S+) (counter|gauge|histogram)$/gm)];
    assert.ok(typed.length >= 5 && new Set(typed.map((match) => match[1])).size === typed.length, 'each metric has one TYPE');
    for (const line of text.split('\n').filter((each) => each && !each.startsWith('#'))) {
      assert.match(line, /^[a-z_:][a-z0-9_:]*(\{([a-z_]+="([^"\\\n]|\\.)*",?)+\})? (-?[0-9.]+(e[+-]?\d+)?|\+Inf|NaN)$/i);
    }
    if (existsSync(PROMTOOL)) assert.equal((await promtool(text)).output, '');
  });

  test('channels: create, list, refuse', async () => {
    const made = await server.create_channel('studio-1', 'Skin care hour');
    assert.match(made.stream_key, /^live_[a-z2-7]{32}$/);
    assert.equal(made.publish_url, `rtmp://${server.rtmp}/live/${made.stream_key}`);
    assert.equal(made.playback_url, '/live/studio-1/index.m3u8');
    const { channels } = await server.ask('channel', 'list');
    assert.deepEqual(channels.map((channel) => channel.name), ['studio-1']);
    assert.ok(!JSON.stringify(channels).includes(made.stream_key), 'a list tells no keys');
    for (const name of ['studio-1', 's', 'Upper', '-x', 'a'.repeat(64)]) {
      const again = await run_shopcast(['channel', 'create', '--data', server.data_folder, '--', name]);
      assert.notEqual(again.code, 0, name);
      assert.notEqual(again.stderr, '', name);
    }
    const seen = await server.channel('studio-1');
    assert.deepEqual([seen.title, seen.state, seen.stream, seen.viewers], ['Skin care hour', 'offline', null, 0]);
  });

  test('a channel that is not on air, or not there, is a problem in JSON', async () => {
    await server.create_channel('quiet');
    for (const path of ['/live/quiet/index.m3u8', '/api/v1/channels/nobody', '/live/nobody/index.m3u8', '/no/such/page.json']) {
      const answer = await fetch(server.url(path), { headers: { accept: 'application/json' } });
      assert.equal(answer.status, 404, path);
      assert.match(answer.headers.get('content-type'), /^application\/problem\+json/, path);
      const problem = await answer.json();
      assert.ok(problem.code && problem.detail && problem.help, JSON.stringify(problem));
    }
  });

  test('a changed key: the old one stops at once, the new one works', async () => {
    const old = await server.create_channel('rotates');
    const first = Publisher.of_file(file, old.publish_url);
    await server.until_state('rotates', 'live');
    const changed = await server.ask('channel', 'rotate-key', 'rotates');
    assert.notEqual(changed.stream_key, old.stream_key);
    await first.closed;
    const second = Publisher.of_file(file, old.publish_url);
    assert.notEqual(await second.closed, 0);
    assert.match(second.errors, /stream key/i);
    const third = Publisher.of_file(file, changed.publish_url);
    await server.until_state('rotates', 'live');
    await third.stop();
    await server.until_state('rotates', 'ended');
  });

  test('the log is JSON, one line an event, and tells no key', async () => {
    const channel = await server.create_channel('logged');
    const publisher = Publisher.of_file(file, channel.publish_url);
    await server.until_state('logged', 'live');
    await publisher.stop();
    await until('stream.ended in the log', () => server.event('stream.ended', { channel: 'logged' }));
    await Publisher.of_file(file, `rtmp://${server.rtmp}/live/live_${'b'.repeat(32)}?token=hunter2`).closed;
    await until('the refusal in the log', () => server.event('visitor.refused', { kind: 'wrong_stream_key' }));
    assert.deepEqual(server.stray_lines, []);
    for (const event of server.events) {
      assert.ok(event.event && event.level && !Number.isNaN(Date.parse(event.time)), JSON.stringify(event));
    }
    assert.ok(!/live_[a-z2-7]{16}/.test(server.raw_log), 'no stream key');
    assert.ok(!server.raw_log.includes('hunter2'), 'no query of a key');
  });
});

describe('stopping', () => {
  test('SIGTERM while streaming: the encoder is told, exit 0', async () => {
    const server = await Shopcast.start('server-stops');
    const channel = await server.create_channel('last');
    const publisher = Publisher.of_file(await film_file('gop30', 90), channel.publish_url);
    try {
      await server.until_state('last', 'live');
      const outcome = await server.stop('SIGTERM');
      assert.deepEqual(outcome, { code: 0, signal: null });
      assert.ok(server.event('server.stopped'));
      await publisher.closed;
    } finally {
      await publisher.vanish();
      await server.clear();
    }
  });

  test('what was created is there after a restart, its key too', async () => {
    const server = await Shopcast.start('server-before');
    const channel = await server.create_channel('stays', 'It stays');
    assert.equal((await server.stop('SIGINT')).code, 0);
    const again = await Shopcast.start('server-after', { data_folder: server.data_folder });
    try {
      assert.equal((await again.channel('stays')).title, 'It stays');
      const publisher = Publisher.of_file(await film_file('gop30', 90), `rtmp://${again.rtmp}/live/${channel.stream_key}`);
      await again.until_state('stays', 'live');
      await publisher.stop();
    } finally {
      await again.clear();
    }
  });

  test('the command line without a server says so', with_folder(async (folder) => {
    const { code, stderr } = await run_shopcast(['channel', 'list', '--data', folder]);
    assert.notEqual(code, 0);
    assert.match(stderr, /shopcast serve|not running|no server/i);
  }));
});

async function promtool(text) {
  const child = spawn(PROMTOOL, ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => { output += piece; });
  child.stdin.end(text);
  await once(child, 'close');
  return { output };
}
