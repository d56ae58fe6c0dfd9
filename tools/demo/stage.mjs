// A show's studio without its product: wall, arch, pedestal, window light; and what moves over it.
import {
  Canvas, around, box, circle, clamp, downwards, ellipse, either, fade, hex, lighten, mix, polygon,
} from './canvas.mjs';
import { height, width } from './shows.mjs';

export const pedestal = { x: 920, y: 610 };

export function stage(show) {
  const c = new Canvas(width, height);
  const { x, y } = pedestal;
  c.fill(box(0, 0, width, height), downwards(0, height, ...show.wall));
  c.fill(circle(x, 330, 620), around(x, 330, 620, fade(show.light, 0.28), fade(show.light, 0)));
  // Window light falls across the wall.
  for (let i = 0; i < 4; i++) {
    const left = 60 + i * 150;
    c.fill(polygon([left, -40], [left + 92, -40], [left - 190, 560], [left - 282, 560]),
      fade(show.light, 0.1), { soft: 46 });
  }
  const arch = either(circle(x, 330, 262), box(x - 262, 330, 524, 340));
  c.fill(arch, [0, 0, 0, 0.22], { soft: 60 });
  c.fill(arch, downwards(60, 660, ...show.arch));
  c.fill(circle(x - 40, 250, 240), around(x - 40, 250, 240, fade(show.light, 0.35), fade(show.light, 0)));
  // The floor, then the pedestal with its light edge.
  c.fill(box(0, 640, width, 80), downwards(640, 720, lighten(show.wall[1], 0.06), lighten(show.wall[1], -0.2)));
  c.fill(ellipse(x, 692, 330, 34), [0, 0, 0, 0.4], { soft: 50 });
  c.fill(either(box(x - 300, y, 600, 74), ellipse(x, y + 74, 300, 36)), (px) => {
    const u = clamp((px - x) / 300, -1, 1);
    return lighten(mix(...show.table, 0.45 + 0.55 * Math.abs(u + 0.25)), -0.35 * u * u);
  });
  c.fill(ellipse(x, y, 300, 38), around(x - 60, y - 10, 360, lighten(show.table[0], 0.25), show.table[0]));
  return c;
}

// Out-of-focus lights, wider than the frame so that they can drift.
export function bokeh(show, seed) {
  const c = new Canvas(width + 120, height);
  let state = seed;
  const random = () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 2147483648;
  };
  for (let i = 0; i < 22; i++) {
    const radius = 10 + random() * 46;
    const at = [random() * (width + 120), random() * height * 0.9];
    c.fill(circle(...at, radius), fade(show.light, 0.05 + random() * 0.09), { soft: 9 });
  }
  return c;
}

// A four-pointed glint.
export function glint() {
  const c = new Canvas(90, 90);
  c.fill(circle(45, 45, 40), around(45, 45, 40, [1, 1, 1, 0.5], [1, 1, 1, 0]));
  c.fill((x, y) => (Math.sqrt(Math.abs(x - 45)) + Math.sqrt(Math.abs(y - 45))) * 6.6 - 42,
    [1, 1, 1, 0.95], { soft: 4 });
  return c;
}

// Rounded plates behind lettering, and the dot beside the clock.
export const plate = (w, h, colour) => new Canvas(w, h).fill(box(0, 0, w, h, h / 2), colour);
export const clock_plate = () => plate(210, 52, [0, 0, 0, 0.42])
  .fill(circle(28, 26, 8), hex('#ff4d5e'));
