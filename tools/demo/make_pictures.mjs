// make_pictures.mjs FOLDER: draws FOLDER/<name>.png for every product of the demo's shop, on a
// ground of its own colour.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Canvas, around, ellipse, hex, lighten } from './canvas.mjs';
import { catalogue } from './catalogue.mjs';
import * as shapes from './products.mjs';

const width = 440;
const height = 600;

/** @param {{shape: string, tint: string}} product */
export function picture_of({ shape, tint }) {
  const colour = hex(tint);
  const ground = new Canvas(width, height);
  const glow = around(width / 2, height * 0.42, height * 0.75, lighten(colour, 0.82), lighten(colour, 0.55));
  ground.fill(() => -1e6, glow);
  ground.fill(ellipse(width / 2, 562, 150, 15), lighten(colour, -0.35), { soft: 40, alpha: 0.5 });
  const thing = shapes[shape](colour);
  for (let at = 0; at < thing.pixels.length; at += 4) {
    const alpha = thing.pixels[at + 3];
    if (alpha > 0) ground.blend(at, thing.pixels.subarray(at, at + 4), alpha);
  }
  return ground.png();
}

if (process.argv[1] === import.meta.filename) {
  const folder = process.argv[2];
  mkdirSync(folder, { recursive: true });
  for (const product of catalogue()) writeFileSync(join(folder, `${product.picture}.png`), picture_of(product));
}
