// The demo's three shows: what they sell, how their studios look and sound.
// 16 seconds a product, 48 seconds a round: the shortest round in which a second holds whole
// frames at 30 a second and the whole holds whole AAC frames of 1,024 samples at 48 kHz, with
// three products of equal time. So picture and sound end together and the loop has no seam.
import { hex } from './canvas.mjs';
import * as products from './products.mjs';

export const width = 1280;
export const height = 720;
export const rate = 30;
export const seconds_per_product = 16;

export const shows = [
  {
    name: 'glow-hour',
    title: 'Glow Hour: skin care',
    brand: 'GLOW HOUR',
    wall: [hex('#fbe9e2'), hex('#eec3b7')],
    arch: [hex('#fff6f0'), hex('#f6d5c8')],
    table: [hex('#f4d3c6'), hex('#d99f92')],
    light: hex('#ffffff'),
    ink: '0x6b3a35',
    accent: '0xb5594f',
    on_accent: '0xffffff',
    music: { tempo: 80, root: 62, chords: [[0, 4, 7, 11], [-3, 0, 4, 7], [-7, -3, 0, 4], [-5, -1, 2, 5]] },
    products: [
      { picture: products.serum(hex('#e79a8f')), name: 'Dew Serum', about: 'Rose and squalane, 30 ml', price: '$ 24.00', was: '$ 32.00' },
      { picture: products.jar(hex('#f4c9c0')), name: 'Cloud Cream', about: 'Night care with oat milk, 50 ml', price: '$ 29.00', was: '$ 38.00' },
      { picture: products.pump(hex('#f3dcc9')), name: 'Silk Cleanser', about: 'Fig and rice water, 200 ml', price: '$ 18.00', was: '$ 23.00' },
    ],
  },
  {
    name: 'colour-bar',
    title: 'Colour Bar: lips, cheeks, nails',
    brand: 'COLOUR BAR',
    wall: [hex('#5a1238'), hex('#2c0a20')],
    arch: [hex('#c23a6a'), hex('#6e1745')],
    table: [hex('#f29ab4'), hex('#a33a63')],
    light: hex('#ff9ec2'),
    ink: '0xfff0f4',
    accent: '0xffd3df',
    on_accent: '0x5a1238',
    music: { tempo: 100, root: 57, chords: [[0, 3, 7, 10], [-4, 0, 3, 7], [3, 7, 10, 14], [-2, 2, 5, 9]] },
    products: [
      { picture: products.lipstick(hex('#c4143f')), name: 'Velvet Lip 07', about: 'Cherry, a matte that lasts', price: '$ 16.00', was: '$ 21.00' },
      { picture: products.compact(hex('#e58fa3')), name: 'Petal Blush', about: 'Three soft pinks with a mirror', price: '$ 22.00', was: '$ 28.00' },
      { picture: products.polish(hex('#9c1f66')), name: 'Gloss Lacquer', about: 'Magenta, dry in a minute', price: '$ 9.00', was: '$ 12.00' },
    ],
  },
  {
    name: 'night-garden',
    title: 'Night Garden: scent and bath',
    brand: 'NIGHT GARDEN',
    wall: [hex('#12403c'), hex('#071f22')],
    arch: [hex('#2f7a6b'), hex('#124840')],
    table: [hex('#d8b878'), hex('#7d6233')],
    light: hex('#ffe2a0'),
    ink: '0xf5efdd',
    accent: '0xe9c987',
    on_accent: '0x123a36',
    music: { tempo: 70, root: 55, chords: [[0, 4, 7, 14], [-5, -1, 2, 9], [-3, 0, 4, 12], [-7, -3, 0, 9]] },
    products: [
      { picture: products.perfume(hex('#d9a441')), name: 'Amber No. 4', about: 'Amber and cedar, 50 ml', price: '$ 54.00', was: '$ 72.00' },
      { picture: products.candle(hex('#7fae97')), name: 'Moss Candle', about: 'Forty hours of warm light', price: '$ 26.00', was: '$ 34.00' },
      { picture: products.flask(hex('#6fb08f')), name: 'Fern Bath Oil', about: 'Pine, fern and almond, 150 ml', price: '$ 31.00', was: '$ 40.00' },
    ],
  },
];
