/** HTTPS, HTTP/2 and RTMPS, as browsers, encoders and strangers meet them. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from '../lib/limited.mjs';
import tls from 'node:tls';
import { Tab, launch_browser } from './lib/browser.mjs';
import { make_certificate, write_tls_config } from './lib/certificate.mjs';
import { Publisher, run } from './lib/ffmpeg.mjs';
import { read_playlist, until_media } from './lib/judge.mjs';
import { film_file } from './lib/material.mjs';
import { Shopcast, run_shopcast } from './lib/shopcast.mjs';
import { event_of, until } from './lib/wait.mjs';

/** @type {Shopcast} */
let server;
let folder;
let publisher;
/** Of the channel's media playlist, without origin. */
let media_path;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'shopcast-tls-'));
  await make_certificate(folder, 'first.example');
  server = await Shopcast.start('tls', { args: ['--config', write_tls_config(folder)] });
  const channel = await server.create_channel('secure');
  const secured = channel.publish_url.replace(`rtmp://${server.rtmp}/`, `rtmps://${server.rtmps}/`);
  assert.match(secured, /^rtmps:/);
  publisher = Publisher.of_file(await film_file('gop30', 90), secured, { loop: true });
  await server.until_state('secure', 'live');
  media_path = new URL(await until_media(server.url('/live/secure/index.m3u8'), 6)).pathname;
});
after(async () => {
  await publisher?.vanish();
  await server?.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** curl over TLS. @returns {Promise<{version: string, status: number, sha256: string, text: string}>} */
async function curl(path, ...args) {
  const body = join(folder, `body-${Math.random()}`);
  const out = await run('curl', ['-sk', '-o', body, '-w', '%{http_version} %{response_code}', ...args, `https://${server.https}${path}`]);
  assert.equal(out.code, 0, `curl ${path} ends with ${out.code}`);
  const [version, status] = out.stdout.split(' ');
  const { stdout } = await run('cat', [body]);
  const digest = await run('sha256sum', [body]);
  rmSync(body, { force: true });
  return { version, status: Number(status), sha256: digest.stdout.slice(0, 64), text: stdout };
}

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** The part that will come next, and the query that waits for it. */
function hinted(playlist) {
  const [, uri, msn, part] = /URI="([^"]+-(\d+)\.(\d+)\.m4s)"/.exec(playlist.hints[0].line);
  return { uri, query: `_HLS_msn=${msn}&_HLS_part=${part}` };
}

/** The certificate that a new connection is shown. */
async function served_name() {
  const [host, port] = server.https.split(':');
  const socket = tls.connect({ host, port: Number(port), rejectUnauthorized: false });
  await event_of('a handshake', socket, 'secureConnect');
  const name = socket.getPeerCertificate().subject.CN;
  socket.destroy();
  return name;
}

describe('what is served', () => {
  for (const [flag, version] of [['--http2', '2'], ['--http1.1', '1.1']]) {
    test(`HTTP/${version} gives the page, playlists and parts of plain HTTP`, async () => {
      const page = await curl('/watch/secure', flag);
      assert.deepEqual([page.version, page.status], [version, 200]);
      assert.equal(page.text, await (await fetch(server.url('/watch/secure'))).text());

      const playlist = await read_playlist(server.url(media_path));
      const parts = playlist.segments.flatMap((segment) => segment.parts.map((part) => part.uri)).slice(-4);
      assert.ok(parts.length > 0);
      for (const part of parts) {
        const url = new URL(part, server.url(media_path));
        const plain = Buffer.from(await (await fetch(url)).arrayBuffer());
        assert.ok(plain.length > 1000);
        assert.equal((await curl(url.pathname, flag)).sha256, sha256(plain));
        const range = await curl(url.pathname, flag, '-r', '100-299');
        assert.deepEqual([range.status, range.sha256], [206, sha256(plain.subarray(100, 300))]);
      }

      const next = hinted(await read_playlist(server.url(media_path)));
      const held = await curl(`${media_path}?${next.query}`, flag);
      assert.equal(held.status, 200);
      assert.match(held.text, new RegExp(`#EXT-X-PART:.*URI="${next.uri}"`), 'the part it waited for');
      const missing = await curl('/live/nobody/index.m3u8', flag);
      assert.equal(missing.status, 404);
    });
  }

  test('ffmpeg plays what ffmpeg published over RTMPS', async () => {
    const played = await run('ffmpeg', ['-v', 'error', '-tls_verify', '0', '-i', `https://${server.https}/live/secure/index.m3u8`, '-t', '3', '-f', 'null', '-']);
    assert.equal(played.code, 0, played.stderr);
  });

  test('a browser plays the page over HTTP/2', async () => {
    const browser = await launch_browser();
    try {
      const tab = await Tab.open(browser, `https://${server.https}/watch/secure`, { untrusted: true });
      await tab.until_state('live');
      await tab.until_moving(5);
      const protocols = await tab.page.evaluate(() =>
        performance.getEntriesByType('resource').map((entry) => entry.nextHopProtocol).filter((protocol) => protocol !== ''));
      assert.ok(protocols.length > 5);
      assert.deepEqual([...new Set(protocols)], ['h2']);
      assert.deepEqual(await tab.violations(), []);
      assert.deepEqual(tab.complaints, []);
    } finally {
      await browser.close();
    }
  });
});

describe('the certificate', () => {
  test('a new one on the disk is served without a restart; a broken one changes nothing', async () => {
    assert.equal(await served_name(), 'first.example');
    await make_certificate(folder, 'second.example');
    await until('the second certificate', async () => await served_name() === 'second.example');
    writeFileSync(join(folder, 'chain.pem'), 'broken');
    await until('words about it', () => server.event('tls.certificate_refused'));
    assert.match(server.event('tls.certificate_refused').message, /chain\.pem: this is no PEM certificate/);
    assert.equal(await served_name(), 'second.example');
    assert.equal((await server.channel('secure')).state, 'live', 'the encoder stayed connected');
  });

  test('settings that make no sense are told in words', async () => {
    const file = join(folder, 'half.toml');
    for (const [toml, words] of [
      ['[http]\ntls_listen = "127.0.0.1:0"\n', /http\.tls_listen needs a certificate/],
      ['[tls]\ncertificate = "a"\n', /tls\.certificate and tls\.key belong together/],
      ['[http]\nlisten = "127.0.0.1:0"\ntls_listen = "127.0.0.1:0"\n[rtmp]\nlisten = "127.0.0.1:0"\n[tls]\ncertificate = "/nowhere.pem"\nkey = "b"\n', /\/nowhere\.pem: cannot read it: No such file/],
    ]) {
      writeFileSync(file, toml);
      const outcome = await run_shopcast(['serve', '--config', file, '--data', join(folder, 'data')]);
      assert.equal(outcome.code, 1);
      assert.match(outcome.stderr, words);
    }
  });
});

describe('strangers', () => {
  const connect = () => {
    const session = http2.connect(`https://${server.https}`, { rejectUnauthorized: false });
    session.on('error', () => {});
    return session;
  };

  test('rapid reset ends in GOAWAY ENHANCE_YOUR_CALM, and others are served', async () => {
    const session = connect();
    const goaway = event_of('GOAWAY', session, 'goaway');
    await event_of('SETTINGS', session, 'remoteSettings');
    for (let i = 0; i < 600 && !session.destroyed; i++) {
      const request = session.request({ ':path': `${media_path}?_HLS_msn=99999` });
      request.on('error', () => {});
      request.close(http2.constants.NGHTTP2_CANCEL);
      if (i % 50 === 49) await new Promise(setImmediate);
    }
    const [code] = await goaway;
    assert.equal(code, http2.constants.NGHTTP2_ENHANCE_YOUR_CALM);
    session.destroy();
    assert.equal((await curl('/healthz')).status, 200);
  });

  test('a hundred held playlists on one connection are all answered', async () => {
    const session = connect();
    const next = hinted(await read_playlist(server.url(media_path)));
    const statuses = await Promise.all(Array.from({ length: 100 }, async () => {
      const request = session.request({ ':path': `${media_path}?${next.query}` });
      const [headers] = await event_of('an answer', request, 'response');
      request.resume();
      await event_of('its end', request, 'end');
      return headers[':status'];
    }));
    assert.deepEqual([...new Set(statuses)], [200]);
    session.close();
  });

  test('who connects and says nothing is cut, on both ports', async () => {
    await Promise.all([server.https, server.rtmps].map(async (address) => {
      const [host, port] = address.split(':');
      const socket = net.connect({ host, port: Number(port) });
      socket.on('error', () => {});
      socket.resume();
      await event_of('the server to hang up', socket, 'close');
    }));
  });
});
