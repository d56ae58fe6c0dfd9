// make_videos.mjs FOLDER: makes FOLDER/<show>.mp4 for every show, H.264 and AAC, ready to be
// published in an endless loop with `-c copy`; and FOLDER/shows.tsv with their names and titles.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hex } from './canvas.mjs';
import { music } from './music.mjs';
import { shadow } from './products.mjs';
import { height, rate, seconds_per_product, shows, width } from './shows.mjs';
import { bokeh, clock_plate, glint, pedestal, plate, stage } from './stage.mjs';

const folder = process.argv[2];
const fonts = '/usr/share/fonts/truetype/lato';
const aac_frames_per_second = 48_000 / 1024;

function ffmpeg(args, on_seconds) {
  return new Promise((resolve, reject) => {
    const child = spawn('ffmpeg', ['-nostdin', '-v', 'error', '-y', '-progress', 'pipe:1', ...args]);
    let errors = '';
    child.stderr.on('data', (text) => (errors += text));
    child.stdout.on('data', (text) => {
      const found = /out_time_us=(\d+)/.exec(String(text));
      if (found && on_seconds) on_seconds(Number(found[1]) / 1e6);
    });
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`ffmpeg: ${errors}`))));
  });
}

// One line of lettering. `during` is [from, to] in seconds: it fades in and out there.
function lettering(text, { font = 'Regular', size, x, y, colour, during }) {
  const parts = [
    `fontfile=${fonts}/Lato-${font}.ttf`, `text='${text}'`, `fontsize=${size}`, `x=${x}`, `y=${y}`,
    `fontcolor=${colour}`, 'expansion=none',
  ];
  if (during) {
    const [from, to] = during;
    parts.push(`enable='between(t,${from},${to})'`);
    parts.push(`alpha='clip(min((t-${from})/0.6,(${to}-t)/0.4),0,1)'`);
  }
  return `drawtext=${parts.join(':')}`;
}

// The clock counts the show's own time; it starts again with every round.
function clock(x, y) {
  const minutes = '%{eif\\:trunc(t/60)\\:d\\:2}';
  const seconds = '%{eif\\:trunc(mod(t,60))\\:d\\:2}';
  const tenths = '%{eif\\:trunc(mod(t*10,10))\\:d}';
  return `drawtext=fontfile=${fonts}/Lato-Bold.ttf:fontsize=28:fontcolor=white:x=${x}:y=${y}` +
    `:text='${minutes}\\:${seconds}.${tenths}'`;
}

function card(show, product, index) {
  const from = index * seconds_per_product + 0.5;
  const during = [from, (index + 1) * seconds_per_product - 0.3];
  const left = 92;
  return [
    lettering(`${index + 1} of ${show.products.length}`, { font: 'Bold', size: 22, x: left, y: 232, colour: show.accent, during }),
    lettering(product.name, { font: 'Light', size: 74, x: left - 4, y: 268, colour: show.ink, during }),
    lettering(product.about, { size: 30, x: left, y: 366, colour: show.ink, during }),
    lettering(product.price, { font: 'Bold', size: 38, x: left + 34, y: 446, colour: show.on_accent, during }),
    lettering(product.was, { size: 26, x: left + 226, y: 454, colour: show.ink, during }),
  ];
}

function graph(show) {
  const each = seconds_per_product;
  const round = each * show.products.length;
  const product_count = show.products.length;
  // A picture is read and converted once, then repeated: far quicker than reading it every frame.
  const still = (i, seconds) =>
    `[${i}]format=yuva420p,loop=loop=-1:size=1,setpts=N/(${rate}*TB),trim=duration=${seconds}[i${i}]`;
  const filters = [];
  for (let i = 0; i < product_count + 6; i++) filters.push(still(i, i < product_count ? each : round));
  const [back, drift, under, dot, pill, spark] = [0, 1, 2, 3, 4, 5].map((i) => `i${product_count + i}`);
  // Every product floats in from the right, sways, and leaves to the right; all in whole periods.
  const local = `mod(t,${each})`;
  const slide = `(420*pow(1-min(${local}/1.1,1),3)+460*pow(max(0,(${local}-${each - 0.7})/0.7),2))`;
  const lift = `(10*sin(2*PI*t/4))`;
  filters.push(
    `${show.products.map((_, i) => `[i${i}]`).join('')}concat=n=${product_count}:v=1:a=0,` +
      `rotate='0.045*sin(2*PI*t/8)':c=none:ow=iw:oh=ih[sway]`,
    `[${back}][${drift}]overlay=x='-60+60*sin(2*PI*t/${round})':y='14*sin(4*PI*t/${round})'[b1]`,
    `[b1][${under}]overlay=x='${pedestal.x - 220}+${slide}':y=${pedestal.y - 40}[b2]`,
    `[b2][sway]overlay=x='${pedestal.x - 220}+${slide}':y='${pedestal.y - 566}-12-${lift}'[b3]`,
    `[b3][${spark}]overlay=x='${pedestal.x}-45+150*sin(floor(t/2)*2.4)':y='330+150*cos(floor(t/2)*1.7)'` +
      `:enable='between(mod(t,2),0.2,0.6)'[b4]`,
    `[b4][${dot}]overlay=x=${width - 262}:y=44[b5]`,
    `[b5][${pill}]overlay=x=92:y=434:enable='between(${local},0.8,${each - 0.5})'[b6]`,
    '[b6]' + [
      lettering(show.brand, { font: 'Black', size: 26, x: 92, y: 168, colour: show.ink }),
      clock(width - 212, 57),
      ...show.products.flatMap((product, i) => card(show, product, i)),
      // The price that was is struck through.
      `drawbox=x=312:y=470:w=100:h=2:color=${show.ink}:t=fill:enable='between(${local},1.1,${each - 0.5})'`,
      'format=yuv420p[out]',
    ].join(','),
  );
  return filters.join(';');
}

function draw(show, at) {
  const pictures = [
    ...show.products.map((product) => product.picture),
    stage(show), bokeh(show, show.brand.length * 77), shadow(), clock_plate(),
    plate(200, 66, hex(`#${show.accent.slice(2)}`)), glint(),
  ];
  return pictures.map((picture, i) => {
    const file = join(at, `picture-${i}.png`);
    writeFileSync(file, picture.png());
    return file;
  });
}

// The encoder starts and ends a file with a frame of silence. From three rounds of the same music
// the middle one's frames are cut out: as many as its time has, each joined to both neighbours.
function middle_round(adts, frames) {
  let at = 0;
  let count = 0;
  let start = 0;
  while (count < 2 * frames) {
    if (count === frames) start = at;
    at += ((adts[at + 3] & 3) << 11) | (adts[at + 4] << 3) | (adts[at + 5] >> 5);
    count++;
  }
  return adts.subarray(start, at);
}

async function make(show, on_share) {
  const round = seconds_per_product * show.products.length;
  const at = join(folder, `work-${show.name}`);
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'music.wav'), music(show.music, round));
  await ffmpeg(['-stream_loop', '2', '-i', join(at, 'music.wav'), '-c:a', 'aac', '-b:a', '128k', join(at, 'three.aac')]);
  writeFileSync(join(at, 'sound.aac'),
    middle_round(readFileSync(join(at, 'three.aac')), round * aac_frames_per_second));

  const inputs = draw(show, at).flatMap((file) => ['-framerate', String(rate), '-i', file]);
  const picture = join(at, 'picture.mp4');
  await ffmpeg([
    ...inputs, '-filter_complex', graph(show), '-map', '[out]', '-frames:v', String(round * rate),
    '-c:v', 'libx264', '-preset', 'veryfast', '-profile:v', 'high', '-bf', '0', '-g', String(rate),
    '-keyint_min', String(rate), '-sc_threshold', '0', '-crf', '22', '-maxrate', '2500k', '-bufsize', '2500k',
    '-color_primaries', 'bt709', '-color_trc', 'bt709', '-colorspace', 'bt709', picture,
  ], (seconds) => on_share(seconds / round));

  const whole = join(at, 'whole.mp4');
  await ffmpeg(['-i', picture, '-i', join(at, 'sound.aac'), '-c', 'copy', '-map', '0:v', '-map', '1:a', whole]);
  renameSync(whole, join(folder, `${show.name}.mp4`));
  rmSync(at, { recursive: true });
}

mkdirSync(folder, { recursive: true });
const shares = new Map(shows.map((show) => [show.name, 0]));
let told = -1;
await Promise.all(shows.map((show) => make(show, (share) => {
  shares.set(show.name, share);
  const percent = Math.floor((100 * [...shares.values()].reduce((a, b) => a + b)) / shows.length / 10) * 10;
  if (percent > told) process.stdout.write(`    ${percent} %\n`);
  told = Math.max(told, percent);
})));
writeFileSync(join(folder, 'shows.tsv'), shows.map((show) => `${show.name}\t${show.title}\n`).join(''));
