// A small painter: shapes are signed distance functions, so every edge is smooth; a paint is a
// function from a point to a colour. Colours are [red, green, blue, alpha], each 0 to 1.
import { deflateSync } from 'node:zlib';

export const hex = (text, alpha = 1) => [
  parseInt(text.slice(1, 3), 16) / 255,
  parseInt(text.slice(3, 5), 16) / 255,
  parseInt(text.slice(5, 7), 16) / 255,
  alpha,
];

export const clamp = (value, low = 0, high = 1) => Math.min(high, Math.max(low, value));
export const mix = (a, b, share) => a.map((value, i) => value + (b[i] - value) * share);
export const fade = (colour, alpha) => [colour[0], colour[1], colour[2], colour[3] * alpha];
export const lighten = (colour, by) => fade(
  mix(colour, by > 0 ? [1, 1, 1, colour[3]] : [0, 0, 0, colour[3]], Math.abs(by)), 1);

// Shapes: negative inside, in pixels.
export const circle = (cx, cy, radius) => (x, y) => Math.hypot(x - cx, y - cy) - radius;

export const ellipse = (cx, cy, rx, ry) => (x, y) => {
  const dx = (x - cx) / rx;
  const dy = (y - cy) / ry;
  const unit = Math.hypot(dx, dy);
  const slope = Math.hypot(dx / rx, dy / ry);
  return slope === 0 ? -Math.min(rx, ry) : ((unit - 1) * unit) / slope;
};

// left, top, width, height and one radius for all corners, or [top, bottom].
export const box = (left, top, width, height, radius = 0) => {
  const [upper, lower] = Array.isArray(radius) ? radius : [radius, radius];
  const cx = left + width / 2;
  const cy = top + height / 2;
  return (x, y) => {
    const r = y < cy ? upper : lower;
    const dx = Math.abs(x - cx) - width / 2 + r;
    const dy = Math.abs(y - cy) - height / 2 + r;
    return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - r;
  };
};

// Points in either direction of turn.
export const polygon = (...points) => (x, y) => {
  let nearest = Infinity;
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [ax, ay] = points[i];
    const [bx, by] = points[j];
    const ex = bx - ax;
    const ey = by - ay;
    const along = clamp(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey));
    nearest = Math.min(nearest, Math.hypot(x - ax - ex * along, y - ay - ey * along));
    if (ay > y !== by > y && x < (ex * (y - ay)) / ey + ax) inside = !inside;
  }
  return inside ? -nearest : nearest;
};

export const both = (a, b) => (x, y) => Math.max(a(x, y), b(x, y));
export const either = (a, b) => (x, y) => Math.min(a(x, y), b(x, y));
export const without = (a, b) => (x, y) => Math.max(a(x, y), -b(x, y));
export const grow = (shape, by) => (x, y) => shape(x, y) - by;

// Paints.
export const downwards = (top, bottom, from, to) => (x, y) =>
  mix(from, to, clamp((y - top) / (bottom - top)));
export const around = (cx, cy, radius, from, to) => (x, y) =>
  mix(from, to, clamp(Math.hypot(x - cx, y - cy) / radius));

// Light on an upright cylinder: dark edges, one bright strip on the left, a faint one on the right.
export const cylinder = (cx, half, colour, { gloss = 0.55, depth = 0.45 } = {}) => (x) => {
  const u = clamp((x - cx) / half, -1, 1);
  const edge = depth * u ** 4 + 0.12 * Math.max(0, u);
  const strip = Math.exp(-(((u + 0.52) / 0.13) ** 2)) * gloss;
  const back = Math.exp(-(((u - 0.62) / 0.1) ** 2)) * gloss * 0.35;
  return lighten(lighten(colour, -clamp(edge)), clamp(strip + back));
};

// Polished metal: bands of light and dark across.
export const metal = (cx, half, colour) => (x) => {
  const u = clamp((x - cx) / half, -1, 1);
  const wave = 0.5 + 0.5 * Math.sin(u * 5.2 - 1.1);
  return lighten(lighten(colour, -0.5 * (1 - wave) - 0.15 * u * u), 0.55 * wave ** 3);
};

export class Canvas {
  constructor(width, height) {
    this.width = width;
    this.height = height;
    this.pixels = new Float32Array(width * height * 4);
  }

  // `soft` is the width of the edge in pixels: 1 is a clean edge, 40 a shadow.
  fill(shape, paint, { soft = 1, alpha = 1 } = {}) {
    const colour_at = typeof paint === 'function' ? paint : () => paint;
    // Far from the shape nothing changes: on large pictures, tiles that it cannot reach are left out.
    const side = this.width > 200 ? 16 : this.width;
    for (let top = 0; top < this.height; top += side) {
      for (let left = 0; left < this.width; left += side) {
        const far = side === 16 && shape(left + 8, top + 8) > soft / 2 + 24;
        if (!far) this.fill_tile(shape, colour_at, soft, alpha, left, top, side);
      }
    }
    return this;
  }

  fill_tile(shape, colour_at, soft, alpha, left, top, side) {
    const right = Math.min(left + side, this.width);
    const bottom = Math.min(top + side, this.height);
    for (let y = top; y < bottom; y++) {
      for (let x = left, at = (y * this.width + left) * 4; x < right; x++, at += 4) {
        const distance = shape(x + 0.5, y + 0.5);
        if (distance >= soft / 2) continue;
        let cover = clamp(0.5 - distance / soft);
        if (soft > 2) cover = cover * cover * (3 - 2 * cover);
        const colour = colour_at(x + 0.5, y + 0.5);
        this.blend(at, colour, cover * colour[3] * alpha);
      }
    }
  }

  blend(at, colour, alpha) {
    const p = this.pixels;
    const under = p[at + 3] * (1 - alpha);
    const whole = alpha + under;
    if (whole <= 0) return;
    for (let i = 0; i < 3; i++) p[at + i] = (colour[i] * alpha + p[at + i] * under) / whole;
    p[at + 3] = whole;
  }

  png() {
    const stride = this.width * 4 + 1;
    const rows = Buffer.alloc(stride * this.height);
    for (let i = 0; i < this.pixels.length; i++) {
      const pixel = i >> 2;
      const row = Math.floor(pixel / this.width);
      // A little fixed noise hides the bands of soft gradients, which the encoder would show.
      const noise = (i & 3) === 3 ? 0.5 : ((pixel * 7919 + row * 104729) % 97) / 97;
      const value = Math.floor(clamp(this.pixels[i]) * 254 + noise);
      rows[row * stride + 1 + (i - row * this.width * 4)] = value;
    }
    const header = Buffer.alloc(13);
    header.writeUInt32BE(this.width, 0);
    header.writeUInt32BE(this.height, 4);
    header.set([8, 6, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(rows, { level: 3 })),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }
}

function chunk(kind, body) {
  const whole = Buffer.alloc(body.length + 12);
  whole.writeUInt32BE(body.length, 0);
  whole.write(kind, 4, 'latin1');
  body.copy(whole, 8);
  whole.writeUInt32BE(crc32(whole.subarray(4, body.length + 8)), body.length + 8);
  return whole;
}

function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
