/** Encoders as hosts have them. Each publishes 320x180 (OBS 640x360), 30 fps, H.264 and AAC, until it is told. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { film_file } from './material.mjs';
import { out_folder } from './paths.mjs';
import { in_time, until } from './wait.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));

function has_program(name) {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** A running encoder. */
class Encoder {
  constructor(program, args, { env = {}, clean_signal = 'SIGINT', forget = () => {} } = {}) {
    this.clean_signal = clean_signal;
    this.forget = forget;
    this.output = '';
    this.started_ms = Date.now();
    // A group of its own: OBS is started through a script that starts an X server.
    this.child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached: true });
    for (const stream of [this.child.stdout, this.child.stderr]) stream.on('data', (piece) => { this.output += piece; });
    this.closed = once(this.child, 'close').then(([code]) => code);
  }

  #signal(name) {
    try {
      process.kill(-this.child.pid, name);
    } catch { /* it has left already */ }
  }

  /** Says goodbye, as the Stop button does. */
  async stop() {
    this.#signal(this.clean_signal);
    await in_time(`the encoder to end: ${this.output}`, this.closed);
    this.forget();
  }

  /** Dies. */
  async vanish() {
    this.#signal('SIGKILL');
    await this.closed;
    this.forget();
  }

  /** Its uplink is cut: the connection stands, nothing comes. */
  cut() {
    this.#signal('SIGSTOP');
  }

  resume() {
    this.#signal('SIGCONT');
  }

  /** Waits until the server has another publish than before. @returns {Promise<number>} when, in ms */
  async publishing(server) {
    const at = (event) => Date.parse(event.time);
    const found = await until('the encoder to publish', () => server.events.findLast((event) => event.event === 'rtmp.publish_started' && at(event) >= this.started_ms));
    return at(found);
  }
}

const ffmpeg = {
  name: 'ffmpeg',
  says_goodbye: true,
  available: () => has_program('ffmpeg'),
  start: async (url) => new Encoder('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'warning', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30',
    '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p',
    '-g', '30', '-b:v', '800k', '-c:a', 'aac', '-f', 'flv', url]),
};

const gstreamer = {
  name: 'GStreamer rtmp2sink',
  says_goodbye: true,
  available: () => has_program('gst-launch-1.0') && has_program('gst-inspect-1.0') && ['rtmp2sink', 'x264enc', 'flvmux', 'voaacenc'].every((element) => {
    try {
      execFileSync('gst-inspect-1.0', ['--exists', element], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  }),
  start: async (url) => new Encoder('gst-launch-1.0', ['-e', 'videotestsrc', 'is-live=true', 'pattern=ball', '!', 'video/x-raw,format=I420,width=320,height=180,framerate=30/1', '!',
    'x264enc', 'tune=zerolatency', 'speed-preset=ultrafast', 'key-int-max=30', 'bitrate=800', '!', 'h264parse', '!', 'flvmux', 'name=mux', 'streamable=true', '!',
    'rtmp2sink', `location=${url}`, 'audiotestsrc', 'is-live=true', '!', 'audio/x-raw,rate=48000,channels=2', '!', 'voaacenc', '!', 'aacparse', '!', 'mux.']),
};

const librtmp = {
  name: 'librtmp',
  says_goodbye: true,
  available: () => existsSync('/usr/include/librtmp/rtmp.h'),
  start: async (url) => {
    const program = join(out_folder('encoders'), 'librtmp_publisher');
    if (!existsSync(program)) execFileSync('clang-19', ['-std=gnu17', '-Wall', '-O1', '-o', program, join(here, 'encoders/librtmp_publisher.c'), '-lrtmp']);
    return new Encoder(program, [await film_file('gop30', 90), url]);
  },
};

/** Its own settings folder, a looped film as scene, keyframe interval 1 s. */
function obs_home(url, film) {
  const home = mkdtempSync(join(tmpdir(), 'shopcast-obs-'));
  const settings = join(home, '.config/obs-studio');
  const write = (path, text) => {
    mkdirSync(join(settings, path, '..'), { recursive: true });
    writeFileSync(join(settings, path), text);
  };
  write('global.ini', '[General]\nFirstRun=true\nLastVersion=486539266\nEnableAutoUpdates=false\n[Basic]\nProfile=shop\nProfileDir=shop\nSceneCollection=shop\nSceneCollectionFile=shop\n');
  write('basic/profiles/shop/basic.ini', `[General]\nName=shop\n[Output]\nMode=Advanced\nReconnect=true\nRetryDelay=2\nMaxRetries=25\n[AdvOut]\nEncoder=obs_x264\nTrackIndex=1
[Video]\nBaseCX=640\nBaseCY=360\nOutputCX=640\nOutputCY=360\nFPSCommon=30\n[Audio]\nSampleRate=48000\n`);
  write('basic/profiles/shop/streamEncoder.json', JSON.stringify({ bitrate: 1000, keyint_sec: 1, preset: 'ultrafast', tune: 'zerolatency', rate_control: 'CBR' }));
  const slash = url.lastIndexOf('/');
  write('basic/profiles/shop/service.json', JSON.stringify({ type: 'rtmp_custom', settings: { server: url.slice(0, slash), key: url.slice(slash + 1), use_auth: false } }));
  const item = { name: 'Film', id: 1, visible: true, pos: { x: 0, y: 0 }, scale: { x: 1, y: 1 } };
  write('basic/scenes/shop.json', JSON.stringify({
    name: 'shop', current_scene: 'Scene', current_program_scene: 'Scene', scene_order: [{ name: 'Scene' }],
    sources: [{ id: 'scene', versioned_id: 'scene', name: 'Scene', settings: { items: [item], id_counter: 1 } },
      { id: 'ffmpeg_source', versioned_id: 'ffmpeg_source', name: 'Film', settings: { local_file: film, looping: true, restart_on_activate: false } }],
  }));
  return home;
}

const obs = {
  name: 'OBS',
  // Told by a signal to leave it does not: FCUnpublish comes with its Stop button.
  says_goodbye: false,
  available: () => has_program('obs') && has_program('xvfb-run'),
  start: async (url) => {
    const home = obs_home(url, await film_file('gop30', 90));
    return new Encoder('xvfb-run', ['-a', '-s', '-screen 0 1024x768x24', 'obs', '--startstreaming', '--multi', '--disable-updater', '--profile', 'shop', '--collection', 'shop'], {
      env: { HOME: home, XDG_CONFIG_HOME: join(home, '.config'), XDG_RUNTIME_DIR: home, LIBGL_ALWAYS_SOFTWARE: '1' },
      clean_signal: 'SIGTERM',
      forget: () => rmSync(home, { recursive: true, force: true }),
    });
  },
};

export const encoders = [ffmpeg, gstreamer, librtmp, obs];
