// The contract's studio and operations in memory, on top of the mock's channels: streams with a lively history,
// an event log, an audit log, and things to advise about.
import { randomBytes } from 'node:crypto';
import { Problem } from './mock-people.mjs';

const ago = (ms) => new Date(Date.now() - ms).toISOString();
const newKey = () => `sk_${randomBytes(16).toString('hex')}`;

const publish = (name, key) => ({
  stream_key: key,
  publish_url: `rtmp://127.0.0.1:1935/live/${key}`,
  publish_urls: { rtmp: `rtmp://127.0.0.1:1935/live/${key}`, rtmps: null },
  name,
});

export class MockStaff {
  /** @param {Map} channels @param {import('./mock-people.mjs').MockPeople} people */
  constructor(channelsOf, people, newStream) {
    this.channelsOf = channelsOf;
    this.people = people;
    this.newStream = newStream;
    this.startedAt = ago(26 * 3_600_000 + 14 * 60_000);
    this.events = [];
    this.seq = 0;
    this.health = [
      { code: 'slow_join', message: 'Keyframes come 4.0 s apart: new viewers may start that much further behind.', advice: 'Set the keyframe interval to 1 s or 2 s.' },
    ];
    const said = [
      ['info', 'server.started', { http: '127.0.0.1:8080', rtmp: '127.0.0.1:1935' }],
      ['info', 'publish.started', { channel: 'studio-1', encoder: 'obs-output module (libobs version 32.0.1)' }],
      ['warning', 'publish.refused', { reason: 'unknown stream key', address: '198.51.100.23' }],
      ['info', 'account.signed_in', { login: 'host1', address: '203.0.113.20' }],
      ['error', 'writer.slow', { queue: 212, took_ms: 48 }],
    ];
    for (let i = 0; i < 40; i++) this.say(...said[i % said.length], (40 - i) * 47_000);
    this.timer = setInterval(() => this.say('info', 'playback.report', { channel: 'studio-1', viewers: 1200 + Math.round(Math.random() * 90) }), 4000);
    this.timer.unref();
    this.audit = Array.from({ length: 23 }, (_, i) => ({
      seq: 500 - i,
      at: ago(i * 5_400_000 + 60_000),
      actor: i % 7 === 6 ? null : { id: `a${i % 3}`, login: ['admin1', 'host1', 'operator1'][i % 3] },
      action: ['channel.create', 'channel.rotate_key', 'stream.stop', 'role.grant', 'account.disable', 'session.sign_in'][i % 6],
      target: ['channel/studio-1', 'channel/atelier', 'stream/mock000000000001', 'account/host2', 'account/mod1', 'account/admin1'][i % 6],
      shop: 'main',
      address: '203.0.113.20',
      detail: i % 6 === 3 ? { role: 'host' } : i % 6 === 2 ? { reason: 'Test picture on air' } : {},
    }));
  }

  say(level, event, fields, ageMs = 0) {
    this.events.push({ seq: ++this.seq, at: ago(ageMs), level, event, fields });
  }

  /** Every channel with what only its owner sees. */
  studioChannel(channel) {
    channel.created_at ??= ago(40 * 86_400_000);
    channel.key_changed_at ??= channel.created_at;
    return {
      ...channel,
      watch_url: `/watch/${channel.name}`,
      server: { rtmp: 'rtmp://127.0.0.1:1935/live', rtmps: null },
      stream: this.summary(channel),
      last_problem: channel.name === 'hair-lab' ? { at: ago(5 * 60_000), message: 'The encoder sent HEVC video, which is not carried.' } : null,
    };
  }

  summary(channel) {
    const { stream } = channel;
    if (!stream) return null;
    return {
      ...{ id: stream.id, channel: channel.name, channel_title: channel.title, shop: 'main', state: channel.state },
      ...{ started_at: stream.started_at, ended_at: stream.ended_at, end_reason: null, viewers: channel.viewers, viewers_peak: channel.viewers + 80 },
      ...{ encoder: 'obs-output module (libobs version 32.0.1)', address: '203.0.113.20', video: stream.video, audio: stream.audio },
      ...{ bitrate_bps: stream.bitrate_bps, keyframe_interval_ms: channel.name === 'studio-1' ? 4000 : 1000, last_error: null },
    };
  }

  history(summary) {
    const now = Math.floor(Date.now() / 2000) * 2000;
    return Array.from({ length: 300 }, (_, i) => {
      const at = now - (299 - i) * 2000;
      const wave = Math.sin(at / 37_000) + Math.sin(at / 9100) / 2 + Math.sin(at / 3300) / 5;
      const dip = i > 180 && i < 192 ? 0.35 : 1;
      return {
        at: new Date(at).toISOString(),
        bitrate_bps: Math.round((summary.bitrate_bps + wave * 220_000) * dip),
        frame_rate: dip < 1 ? 21 + wave : 30,
        keyframe_interval_ms: summary.keyframe_interval_ms,
        viewers: Math.max(0, Math.round(summary.viewers - (300 - i) * 0.8 + wave * 12)),
      };
    });
  }

  past(channel) {
    return Array.from({ length: 7 }, (_, i) => ({
      ...{ id: `past${channel}${i}`, channel, channel_title: channel, shop: 'main', state: 'ended' },
      ...{ started_at: ago((i + 1) * 90_000_000), ended_at: ago((i + 1) * 90_000_000 - (1900 + i * 700) * 1000) },
      ...{ end_reason: ['encoder_left', 'stopped', 'encoder_lost'][i % 3], viewers: 0, viewers_peak: 380 - i * 31, encoder: 'obs', address: null },
      ...{ video: null, audio: null, bitrate_bps: 4_100_000 - i * 90_000, keyframe_interval_ms: 1000 },
      last_error: i === 2 ? 'Nothing arrived for 15 s.' : null,
    }));
  }

  routes() {
    const channels = this.channelsOf;
    const need = (who, action, changes = false) => {
      if (!who) throw new Problem(401, 'sign_in_required');
      const access = this.people.permissions(who.account)[action];
      if (access === 'none' || (changes && access === 'read')) throw new Problem(403, 'forbidden');
    };
    const channelAt = (name) => {
      const channel = channels().get(name);
      if (!channel) throw new Problem(404, 'not_found');
      return channel;
    };
    const streams = () => [...channels().values()].map((channel) => this.summary(channel)).filter(Boolean);
    return {
      'POST /channels': ({ who, body }) => {
        need(who, 'manage_channels', true);
        if (channels().has(body.name)) throw new Problem(409, 'name_taken', { field: 'name' });
        const made = { name: body.name, title: body.title, shop: body.shop, state: 'offline', playback_url: `/live/${body.name}/index.m3u8`, viewers: 0, poster_url: null, stream: null, created_at: ago(0) };
        channels().set(body.name, made);
        return { status: 201, body: { ...made, ...publish(body.name, newKey()) } };
      },
      'PATCH /channels/:a': ({ who, a, body }) => {
        need(who, 'manage_channels', true);
        Object.assign(channelAt(a), { title: body.title });
        return { body: channelAt(a) };
      },
      'DELETE /channels/:a': ({ who, a }) => {
        need(who, 'manage_channels', true);
        channels().delete(channelAt(a).name);
        return { status: 204 };
      },
      'POST /channels/:a/key': ({ who, a }) => {
        need(who, 'manage_channels', true);
        channelAt(a).key_changed_at = ago(0);
        return { body: publish(a, newKey()) };
      },
      'GET /studio/channels': ({ who }) => {
        need(who, 'manage_channels');
        return { body: { channels: [...channels().values()].map((channel) => this.studioChannel(channel)) } };
      },
      'GET /studio/channels/:a': ({ who, a }) => {
        need(who, 'manage_channels');
        return { body: this.studioChannel(channelAt(a)) };
      },
      'GET /streams': ({ who, url }) => {
        need(who, 'operate');
        const channel = url.searchParams.get('channel');
        const ended = url.searchParams.get('state') === 'ended';
        if (ended) {
          const page = url.searchParams.get('cursor') ? 1 : 0;
          const all = channel === 'nail-bar' || !channels().has(channel) ? [] : this.past(channel);
          return { body: { streams: all.slice(page * 5, page * 5 + 5), next_cursor: page === 0 && all.length > 5 ? 'more' : null } };
        }
        return { body: { streams: streams().filter((each) => each.state !== 'ended' && (!channel || each.channel === channel)), next_cursor: null } };
      },
      'GET /streams/:a': ({ who, a }) => {
        need(who, 'operate');
        const summary = streams().find(({ id }) => id === a);
        if (!summary) throw new Problem(404, 'not_found');
        return { body: { ...summary, health: summary.channel === 'studio-1' ? this.health : [], history: this.history(summary) } };
      },
      'POST /streams/:a/stop': ({ who, a }) => {
        need(who, 'operate', true);
        const channel = [...channels().values()].find(({ stream }) => stream?.id === a);
        if (!channel) throw new Problem(404, 'not_found');
        channel.state = 'ended';
        channel.stream.ended_at = ago(0);
        return { status: 204 };
      },
      'GET /operations/summary': ({ who }) => {
        need(who, 'operate');
        const live = streams().filter(({ state }) => state === 'live');
        return {
          body: {
            ...{ version: '0.4.0', started_at: this.startedAt, uptime_s: 94_440, streams_live: live.length, viewers: live.reduce((sum, { viewers }) => sum + viewers, 0) },
            ...{ connections: { http: 1812, rtmp: live.length }, memory_bytes: 412_000_000, cpu_seconds: 18_211 },
            ...{ disk: { free_bytes: 61_000_000_000, total_bytes: 250_000_000_000 }, database: { writer_queue: 0, commits: 90_112 }, ready: true },
            // One whose detail the server alone knows, and one of a later server, for which the pages have no words.
            alarms: [
              { code: 'disk_low', message: 'Only 812 MiB are free on the data folder\'s disk.', advice: 'Free space, or lower recording.keep_days.', since: ago(4_000_000) },
              { code: 'clock_wrong', message: 'The clock of this machine is an hour off.', advice: 'Turn on time synchronisation.', since: ago(90_000) },
            ],
          },
        };
      },
      'GET /operations/events': ({ who, url }) => {
        need(who, 'operate');
        const order = ['debug', 'info', 'warning', 'error'];
        const least = order.indexOf(url.searchParams.get('level') ?? 'debug');
        const after = Number(url.searchParams.get('after') ?? 0);
        return { body: { events: this.events.filter(({ seq, level }) => seq > after && order.indexOf(level) >= least), last_seq: this.seq } };
      },
      'GET /operations/accounts': ({ who, url }) => {
        need(who, 'manage_accounts');
        const query = (url.searchParams.get('query') ?? '').toLowerCase();
        const accounts = this.people.accounts.filter((each) => `${each.public.login} ${each.public.display_name}`.toLowerCase().includes(query));
        return { body: { accounts: accounts.map((each) => this.accountRow(each)), next_cursor: null } };
      },
      'PATCH /operations/accounts/:a': ({ who, a, body }) => {
        need(who, 'manage_accounts', true);
        const account = this.people.accounts.find((each) => each.public.id === a);
        account.disabled = body.disabled;
        return { body: this.accountRow(account) };
      },
      'POST /operations/accounts/:a/reset-link': ({ who, request }) => {
        need(who, 'manage_accounts', true);
        return { body: { url: `http://${request.headers.host}/reset#mock-token`, expires_at: ago(-3_600_000) } };
      },
      'GET /audit': ({ who, url }) => {
        need(who, 'read_audit');
        const actor = url.searchParams.get('actor') ?? '';
        const action = url.searchParams.get('action') ?? '';
        const all = this.audit.filter((each) => (each.actor?.login ?? '').includes(actor) && each.action.startsWith(action));
        const from = Number(url.searchParams.get('cursor') ?? 0);
        return { body: { entries: all.slice(from, from + 10), next_cursor: from + 10 < all.length ? String(from + 10) : null } };
      },
      'GET /operations/self-check': ({ who }) => {
        need(who, 'operate');
        return {
          body: {
            findings: [
              { severity: 'high', code: 'plain_http', message: 'Pages and passwords travel unencrypted: http.listen is 0.0.0.0:8080.', advice: 'Set http.tls_listen and [tls], and http.listen to 127.0.0.1:8080; or put a proxy that speaks TLS in front and list it in server.trusted_proxies.' },
              { severity: 'medium', code: 'plain_rtmp', message: 'Stream keys travel unencrypted: rtmp.listen is 0.0.0.0:1935.', advice: 'Set rtmp.tls_listen and give hosts the rtmps:// address.' },
              { severity: 'low', code: 'staff_without_two_step', message: 'Hosts, operators and admins may sign in by password alone.', advice: 'Set accounts.staff_totp_required to true once they have two-step sign-in.' },
            ],
          },
        };
      },
    };
  }

  accountRow({ public: account, roles, disabled, last_seen_at }) {
    const { id, login, display_name, email_verified, totp, created_at, email } = account;
    return { id, login, display_name, email_verified, roles: roles.map(({ role, shop }) => ({ role, shop })), disabled, totp, created_at, last_seen_at, email_masked: email && `${email[0]}***@example.com` };
  }
}
