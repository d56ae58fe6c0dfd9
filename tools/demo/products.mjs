// The products of the demo's shows: upright pictures on a transparent ground, 440 x 600, each
// standing on y = 560 around x = 220.
import {
  Canvas, around, both, box, circle, clamp, cylinder, downwards, ellipse, either, fade, grow, hex,
  lighten, metal, mix, polygon, without,
} from './canvas.mjs';

const gold = hex('#d9b26f');
const cream = hex('#fffaf3');
const blank = () => new Canvas(440, 600);

function label(canvas, left, top, width, height, ink) {
  canvas.fill(box(left, top, width, height, 5), fade(cream, 0.94));
  const cx = left + width / 2;
  canvas.fill(without(circle(cx, top + height * 0.3, 17), circle(cx, top + height * 0.3, 15)), ink);
  canvas.fill(both(circle(cx - 5, top + height * 0.3, 10), circle(cx + 5, top + height * 0.3, 10)), ink);
  canvas.fill(box(cx - width * 0.28, top + height * 0.58, width * 0.56, 4, 2), ink);
  canvas.fill(box(cx - width * 0.18, top + height * 0.68, width * 0.36, 3, 1.5), fade(ink, 0.6));
  canvas.fill(box(cx - width * 0.12, top + height * 0.86, width * 0.24, 3, 1.5), fade(ink, 0.6));
}

// Two strips of light on glass or lacquer.
function gleam(canvas, left, top, width, height) {
  canvas.fill(box(left + width * 0.09, top + 14, width * 0.07, height - 34, width * 0.035),
    [1, 1, 1, 0.55], { soft: 5 });
  canvas.fill(box(left + width * 0.9, top + 22, width * 0.03, height - 50, 3), [1, 1, 1, 0.35],
    { soft: 4 });
}

export function serum(tint) {
  const c = blank();
  c.fill(box(125, 290, 190, 270, [44, 30]), cylinder(220, 95, lighten(tint, 0.35), { gloss: 0.3 }), { alpha: 0.82 });
  c.fill(box(136, 356, 168, 194, [8, 22]), cylinder(220, 84, tint, { gloss: 0.25 }), { alpha: 0.9 });
  c.fill(ellipse(220, 358, 83, 9), lighten(tint, 0.4), { alpha: 0.8 });
  c.fill(box(212, 270, 16, 200, 8), [1, 1, 1, 0.45], { soft: 2 });
  label(c, 158, 400, 124, 118, hex('#8b5a52'));
  gleam(c, 125, 300, 190, 250);
  c.fill(box(172, 258, 96, 40, 5), metal(220, 48, gold));
  c.fill(box(180, 232, 80, 30, 4), metal(220, 40, lighten(gold, 0.15)));
  c.fill(box(192, 120, 56, 118, [28, 6]), cylinder(220, 28, hex('#fbeee8')));
  return c;
}

export function jar(tint) {
  const c = blank();
  c.fill(box(75, 410, 290, 150, [22, 44]), cylinder(220, 145, tint, { gloss: 0.4, depth: 0.35 }));
  c.fill(box(92, 424, 256, 118, [14, 34]), cylinder(220, 128, lighten(tint, 0.35), { gloss: 0.2 }), { alpha: 0.5 });
  label(c, 158, 428, 124, 104, hex('#8b5a52'));
  c.fill(box(75, 396, 290, 16, 5), metal(220, 145, gold));
  c.fill(box(68, 318, 304, 82, [20, 8]), cylinder(220, 152, cream, { gloss: 0.4, depth: 0.25 }));
  c.fill(ellipse(220, 330, 142, 13), downwards(316, 344, [1, 1, 1, 0.9], lighten(cream, -0.05)));
  c.fill(box(76, 362, 288, 2, 1), fade(gold, 0.8));
  gleam(c, 75, 410, 290, 150);
  return c;
}

export function pump(tint) {
  const c = blank();
  c.fill(box(130, 240, 180, 320, [52, 26]), cylinder(220, 90, tint, { gloss: 0.5, depth: 0.35 }));
  label(c, 158, 340, 124, 160, hex('#7a5b4d'));
  gleam(c, 130, 262, 180, 290);
  c.fill(box(180, 214, 80, 36, 6), metal(220, 40, gold));
  c.fill(box(208, 150, 24, 70, 4), cylinder(220, 12, cream));
  c.fill(either(box(150, 122, 116, 36, [18, 10]), box(132, 126, 60, 16, 8)),
    downwards(120, 160, [1, 1, 1, 1], lighten(cream, -0.18)));
  c.fill(box(134, 134, 12, 22, 5), lighten(cream, -0.2));
  return c;
}

export function lipstick(tint) {
  const c = blank();
  const bullet = both(box(122, 130, 84, 200, [36, 0]), polygon([90, 236], [240, 132], [240, 360], [90, 360]));
  c.fill(bullet, cylinder(164, 42, tint, { gloss: 0.5, depth: 0.4 }));
  c.fill(both(bullet, polygon([90, 236], [240, 132], [240, 168], [90, 272])), fade(lighten(tint, 0.35), 0.55), { soft: 3 });
  c.fill(box(112, 300, 104, 76, 4), metal(164, 52, gold));
  c.fill(box(100, 368, 128, 192, [6, 14]), cylinder(164, 64, hex('#2c1420'), { gloss: 0.5 }));
  c.fill(box(100, 392, 128, 5, 1), metal(164, 64, gold));
  // The cap beside it.
  c.fill(box(256, 330, 124, 230, [16, 12]), cylinder(318, 62, hex('#3a1a2a'), { gloss: 0.55 }));
  c.fill(box(256, 540, 124, 20, [2, 10]), metal(318, 62, gold));
  c.fill(without(circle(318, 430, 22), circle(318, 430, 19)), gold);
  c.fill(both(circle(312, 430, 13), circle(324, 430, 13)), gold);
  return c;
}

export function compact(tint) {
  const c = blank();
  c.fill(circle(220, 262, 156), metal(220, 156, gold));
  c.fill(circle(220, 262, 145), around(160, 190, 330, hex('#fdf3f6'), hex('#b99aab')));
  const glass = circle(220, 262, 143);
  c.fill(both(glass, polygon([100, 330], [290, 90], [340, 110], [130, 390])), [1, 1, 1, 0.45], { soft: 8 });
  c.fill(both(glass, polygon([180, 400], [380, 150], [396, 180], [210, 420])), [1, 1, 1, 0.3], { soft: 8 });
  c.fill(box(182, 404, 76, 26, 8), metal(220, 38, gold));
  c.fill(ellipse(220, 500, 182, 60), metal(220, 182, lighten(gold, -0.15)));
  c.fill(ellipse(220, 486, 182, 58), metal(220, 182, gold));
  c.fill(ellipse(220, 483, 164, 48), hex('#3a1a2a'));
  c.fill(ellipse(220, 485, 152, 42), around(170, 466, 240, lighten(tint, 0.45), tint));
  for (let i = -2; i <= 2; i++) {
    c.fill(both(ellipse(220, 485, 140, 36), ellipse(220 + i * 52, 485, 24, 30)),
      fade(lighten(tint, i % 2 ? 0.3 : -0.12), 0.5), { soft: 5 });
  }
  return c;
}

export function polish(tint) {
  const c = blank();
  const bottle = box(120, 362, 200, 198, [64, 40]);
  c.fill(bottle, cylinder(220, 100, lighten(tint, 0.6), { gloss: 0.4 }), { alpha: 0.75 });
  c.fill(grow(bottle, -11), cylinder(220, 89, tint, { gloss: 0.5, depth: 0.5 }));
  c.fill(ellipse(220, 542, 76, 10), lighten(tint, 0.25), { soft: 8, alpha: 0.6 });
  gleam(c, 120, 384, 200, 160);
  c.fill(box(182, 346, 76, 24, 5), metal(220, 38, gold));
  c.fill(polygon([184, 346], [190, 140], [250, 140], [256, 346]), cylinder(220, 36, hex('#2c1420'), { gloss: 0.6 }));
  c.fill(ellipse(220, 141, 30, 8), lighten(hex('#2c1420'), 0.25));
  c.fill(box(186, 326, 68, 6, 1), metal(220, 34, gold));
  return c;
}

export function perfume(tint) {
  const c = blank();
  const body = box(90, 290, 260, 270, [34, 26]);
  c.fill(body, downwards(290, 560, fade(lighten(tint, 0.75), 0.8), fade(lighten(tint, 0.45), 0.92)));
  c.fill(box(118, 340, 204, 192, 14), downwards(340, 532, lighten(tint, 0.25), tint));
  const inside = box(118, 340, 204, 192, 14);
  c.fill(both(inside, polygon([118, 340], [220, 340], [150, 532], [118, 532])), [1, 1, 1, 0.2]);
  c.fill(both(inside, polygon([262, 340], [322, 340], [322, 532], [300, 532])), [0, 0, 0, 0.16]);
  c.fill(without(body, grow(body, -6)), [1, 1, 1, 0.5], { soft: 2 });
  for (const [from, to] of [[[94, 306], [118, 344]], [[346, 306], [322, 344]], [[98, 552], [118, 530]], [[342, 552], [322, 530]]]) {
    c.fill(polygon(from, to, [to[0] + 3, to[1]], [from[0] + 3, from[1]]), [1, 1, 1, 0.7], { soft: 2 });
  }
  label(c, 166, 390, 108, 104, hex('#5b4a22'));
  gleam(c, 90, 296, 260, 250);
  c.fill(box(188, 252, 64, 44, 4), metal(220, 32, gold));
  c.fill(box(160, 140, 120, 116, 16), cylinder(220, 60, hex('#16332e'), { gloss: 0.55 }));
  c.fill(box(160, 238, 120, 8, 1), metal(220, 60, gold));
  return c;
}

export function candle(tint) {
  const c = blank();
  c.fill(circle(220, 232, 190), around(220, 232, 190, [1, 0.82, 0.45, 0.5], [1, 0.7, 0.3, 0]));
  const flame = either(circle(220, 268, 24), polygon([197, 264], [222, 176], [243, 264]));
  c.fill(flame, downwards(180, 292, hex('#ffb53a'), hex('#fff3c4')), { soft: 8 });
  c.fill(ellipse(220, 274, 11, 16), hex('#fffdf0'), { soft: 8 });
  c.fill(box(218, 286, 5, 34, 2), hex('#3b2a1a'));
  c.fill(box(88, 310, 264, 250, [10, 34]), cylinder(220, 132, lighten(tint, 0.5), { gloss: 0.4 }), { alpha: 0.55 });
  c.fill(box(100, 344, 240, 204, [4, 26]), cylinder(220, 120, mix(hex('#fff4dd'), tint, 0.12), { gloss: 0.2, depth: 0.3 }));
  c.fill(ellipse(220, 344, 120, 15), around(220, 340, 120, hex('#fff0b8'), hex('#f1dcb0')));
  c.fill(without(ellipse(220, 314, 131, 13), ellipse(220, 314, 126, 10)), [1, 1, 1, 0.7]);
  label(c, 156, 390, 128, 124, hex('#5b4a22'));
  gleam(c, 88, 320, 264, 230);
  return c;
}

export function flask(tint) {
  const c = blank();
  const bulb = either(circle(220, 436, 124), box(184, 220, 72, 120, 6));
  const glass = both(bulb, box(80, 200, 280, 360, [0, 40]));
  c.fill(glass, around(180, 390, 240, fade(lighten(tint, 0.8), 0.75), fade(lighten(tint, 0.35), 0.9)));
  const liquid = both(grow(glass, -10), box(60, 372, 320, 200));
  c.fill(liquid, around(170, 400, 240, lighten(tint, 0.3), lighten(tint, -0.25)));
  c.fill(ellipse(220, 373, 96, 9), lighten(tint, 0.45));
  for (let i = 0; i < 5; i++) sprig(c, 176 + i * 22, 520 - (i % 2) * 14, 96 + (i % 3) * 22, (i - 2) * 0.16);
  c.fill(without(glass, grow(glass, -4)), [1, 1, 1, 0.35], { soft: 2 });
  c.fill(ellipse(152, 410, 15, 52), [1, 1, 1, 0.45], { soft: 10 });
  c.fill(box(172, 208, 96, 22, 8), metal(220, 48, gold));
  c.fill(box(188, 130, 64, 84, [10, 4]), cylinder(220, 32, hex('#c99b6b'), { gloss: 0.15 }));
  return c;
}

// A stem with leaves, inside the flask.
function sprig(canvas, x, y, height, lean) {
  const green = hex('#2f6b4f', 0.55);
  for (let i = 0; i < 6; i++) {
    const up = (i / 6) * height;
    const cx = x + lean * up;
    const side = i % 2 ? 1 : -1;
    canvas.fill(both(circle(cx + side * 8, y - up + 9, 14), circle(cx + side * 8, y - up - 9, 14)), green);
  }
  canvas.fill(polygon([x - 1.5, y], [x + 1.5, y], [x + lean * height + 1, y - height]), green);
}

export const shadow = () => new Canvas(440, 80).fill(ellipse(220, 40, 130, 12),
  (x) => [0.1, 0.03, 0.05, 0.55 * clamp(1.2 - Math.abs(x - 220) / 200)], { soft: 36 });
