/**
 * A wall clock that a machine can read off the picture: 48 large black or white blocks, 8 a row.
 * 32 bits of milliseconds, 8 bits of CRC over them, 8 fixed bits. Sent by tools that draw, read by
 * tools that look; `read_blocks` also runs inside the browser's page.
 */
export const COLUMNS = 8;
export const ROWS = 6;
const MARK = 0b10110010;

/** CRC-8, polynomial 0x07, over the four bytes of a number. */
export function crc8(value) {
  let crc = 0;
  for (const shift of [24, 16, 8, 0]) {
    crc ^= (value >>> shift) & 255;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 255 : crc << 1;
  }
  return crc;
}

/** The 48 bits for a time, first block first. @param {number} time_ms */
export function code_bits(time_ms) {
  const low = time_ms % 2 ** 32 >>> 0;
  const bits_of = (value, count) => Array.from({ length: count }, (_, index) => (value >>> (count - 1 - index)) & 1);
  return [...bits_of(low, 32), ...bits_of(crc8(low), 8), ...bits_of(MARK, 8)];
}

/** Draws a code into a grey picture of width x height bytes. @param {Buffer} picture */
export function draw_code(picture, width, height, time_ms) {
  const cell_width = width / COLUMNS;
  const cell_height = height / ROWS;
  code_bits(time_ms).forEach((bit, index) => {
    const left = Math.floor((index % COLUMNS) * cell_width);
    const right = Math.floor(((index % COLUMNS) + 1) * cell_width);
    const top = Math.floor(Math.floor(index / COLUMNS) * cell_height);
    const bottom = Math.floor((Math.floor(index / COLUMNS) + 1) * cell_height);
    for (let y = top; y < bottom; y += 1) picture.fill(bit ? 235 : 16, y * width + left, y * width + right);
  });
}

/**
 * The low 32 bits of the time in 48 brightness values, or null when it is no code.
 * @param {ArrayLike<number>} blocks
 */
export function read_blocks(blocks) {
  let low = 0;
  for (let index = 0; index < 32; index += 1) low = (low << 1) | (blocks[index] > 127 ? 1 : 0);
  let tail = 0;
  for (let index = 32; index < 48; index += 1) tail = (tail << 1) | (blocks[index] > 127 ? 1 : 0);
  low >>>= 0;
  return tail === ((crc8(low) << 8) | MARK) ? low : null;
}

/** Milliseconds from the time a code says to `now_ms`. */
export function age_ms(low, now_ms) {
  const difference = (now_ms % 2 ** 32) - low;
  return difference < -(2 ** 31) ? difference + 2 ** 32 : difference > 2 ** 31 ? difference - 2 ** 32 : difference;
}
