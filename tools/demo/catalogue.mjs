// What the demo's shop sells: nine kinds of things, drawn by products.mjs, sixty in all. Everything
// here is made up, names included.

export const categories = [
  { id: 'skincare', name: { ko: '스킨케어', en: 'Skincare' } },
  { id: 'cleansing', name: { ko: '클렌징', en: 'Cleansing' } },
  { id: 'lips', name: { ko: '립', en: 'Lips' } },
  { id: 'base', name: { ko: '베이스', en: 'Base' } },
  { id: 'nails', name: { ko: '네일', en: 'Nails' } },
  { id: 'fragrance', name: { ko: '향수', en: 'Fragrance' } },
  { id: 'home', name: { ko: '홈', en: 'Home' } },
];

const sizes = (...ml) => ({
  name: { ko: '용량', en: 'Size' },
  of: (price) => ml.map((each, i) => ({ option: { ko: `${each} ml`, en: `${each} ml` }, price: price + i * 8_000 })),
});
const shades = (...pairs) => ({
  name: { ko: '색상', en: 'Shade' },
  of: (price) => pairs.map(([ko, en]) => ({ option: { ko, en }, price })),
});

// shape: a function of products.mjs. items: Korean, English, tint, price in won.
export const kinds = [
  {
    shape: 'serum', category: 'skincare', noun: { ko: '세럼', en: 'serum' }, options: sizes(30, 50),
    about: { ko: '가볍게 스며들어 하루 종일 촉촉합니다. 아침저녁으로 두세 방울이면 충분합니다.', en: 'Sinks in at once and keeps skin supple all day. Two or three drops, morning and evening.' },
    items: [
      ['로즈', 'Rose', '#e8a0a8', 32_000], ['수분', 'Hydra', '#8fc4dd', 29_000], ['비타민', 'Vitamin', '#f0b060', 34_000],
      ['녹차', 'Green tea', '#9cc08a', 28_000], ['콜라겐', 'Collagen', '#e0c0d8', 39_000], ['병풀', 'Centella', '#b6cf9a', 27_000],
      ['달빛', 'Moonlight', '#b8b4e0', 42_000], ['꿀', 'Honey', '#e6b84e', 31_000],
    ],
  },
  {
    shape: 'jar', category: 'skincare', noun: { ko: '크림', en: 'cream' }, options: sizes(50, 80),
    about: { ko: '얇게 펴 바르면 밤사이 장벽을 채워 줍니다. 향을 넣지 않았습니다.', en: 'A thin layer rebuilds the barrier overnight. Without perfume.' },
    items: [
      ['수분', 'Moisture', '#a8d0e6', 36_000], ['장미', 'Rose', '#e9b7bd', 38_000], ['쌀', 'Rice', '#efe2c8', 26_000],
      ['인삼', 'Ginseng', '#d9b780', 52_000], ['알로에', 'Aloe', '#b9d9a6', 24_000], ['진주', 'Pearl', '#e6e0ee', 48_000],
      ['판테놀', 'Panthenol', '#cfe0ea', 33_000], ['밤', 'Night', '#9c93c4', 45_000],
    ],
  },
  {
    shape: 'flask', category: 'skincare', noun: { ko: '토너', en: 'toner' }, options: sizes(150, 250),
    about: { ko: '세안 뒤 첫 단계. 손으로 눌러 바르면 결이 정돈됩니다.', en: 'The first step after washing. Pressed in by hand it evens the skin.' },
    items: [
      ['약산성', 'Low pH', '#a9c7d8', 19_000], ['쑥', 'Mugwort', '#9fb78a', 22_000], ['연꽃', 'Lotus', '#e4b6cf', 23_000],
      ['자작나무', 'Birch', '#d6d2bd', 21_000], ['복숭아', 'Peach', '#f2bfa6', 20_000], ['바다', 'Sea', '#86b6c8', 25_000],
    ],
  },
  {
    shape: 'pump', category: 'cleansing', noun: { ko: '클렌저', en: 'cleanser' }, options: null,
    about: { ko: '거품이 곱고 당김이 없습니다. 선크림까지 한 번에 지워집니다.', en: 'Fine foam, no tightness. Takes sunscreen off in one go.' },
    items: [
      ['젤', 'Gel', '#a6cfd6', 16_000], ['밀크', 'Milk', '#f0e6da', 18_000], ['오일', 'Oil', '#e0c27a', 22_000],
      ['폼', 'Foam', '#cfdcee', 14_000], ['숯', 'Charcoal', '#7d7d86', 17_000], ['귤', 'Tangerine', '#f0a35e', 15_000],
    ],
  },
  {
    shape: 'lipstick', category: 'lips', noun: { ko: '립스틱', en: 'lipstick' },
    options: shades(['로즈', 'Rose'], ['코랄', 'Coral'], ['체리', 'Cherry']),
    about: { ko: '한 번에 선명하고, 마스크에도 묻어나지 않습니다.', en: 'Bright in one stroke, and it stays off your mask.' },
    items: [
      ['벨벳', 'Velvet', '#b8324a', 18_000], ['글로우', 'Glow', '#d9566a', 19_000], ['매트', 'Matte', '#9c2a3c', 17_000],
      ['틴트', 'Tint', '#e0697a', 15_000], ['누드', 'Nude', '#c98a7a', 18_000], ['베리', 'Berry', '#8e2b56', 20_000],
      ['살구', 'Apricot', '#e88a68', 16_000], ['와인', 'Wine', '#74203a', 21_000],
    ],
  },
  {
    shape: 'compact', category: 'base', noun: { ko: '쿠션', en: 'cushion' },
    options: shades(['21호', 'No. 21'], ['23호', 'No. 23']),
    about: { ko: '얇게 밀착되고 다크닝이 적습니다. SPF 50+ PA++++.', en: 'Thin, close to the skin, slow to darken. SPF 50+ PA++++.' },
    items: [
      ['새틴', 'Satin', '#e8c3a8', 32_000], ['세미매트', 'Semi-matte', '#e2b99c', 30_000], ['광채', 'Radiance', '#f0cdb4', 36_000],
      ['블러', 'Blur', '#dcb8a2', 28_000], ['치크', 'Cheek', '#e79aa0', 24_000], ['톤업', 'Tone-up', '#ead6e4', 27_000],
    ],
  },
  {
    shape: 'polish', category: 'nails', noun: { ko: '네일', en: 'nail polish' }, options: null,
    about: { ko: '두 번이면 유리처럼 빛나고 일주일을 갑니다.', en: 'Two coats shine like glass and last a week.' },
    items: [
      ['체리', 'Cherry', '#c22f45', 9_000], ['라벤더', 'Lavender', '#b59ad6', 9_000], ['하늘', 'Sky', '#86b9e0', 9_000],
      ['민트', 'Mint', '#8fd0b8', 9_000], ['레몬', 'Lemon', '#ecd75e', 9_000], ['먹', 'Ink', '#3a3a44', 9_000],
      ['복숭아', 'Peach', '#f3b59a', 9_000], ['은하', 'Galaxy', '#5a4d8c', 11_000],
    ],
  },
  {
    shape: 'perfume', category: 'fragrance', noun: { ko: '향수', en: 'eau de parfum' }, options: sizes(30, 50),
    about: { ko: '첫 향은 맑고 잔향은 오래갑니다.', en: 'Opens clear and stays long.' },
    items: [
      ['소나무', 'Pine', '#6f9a7c', 58_000], ['비누', 'Soap', '#c9d9e6', 49_000], ['무화과', 'Fig', '#94a86a', 62_000],
      ['목련', 'Magnolia', '#ead2de', 56_000], ['새벽', 'Dawn', '#e0a88c', 64_000], ['빗물', 'Rain', '#8aa6b8', 59_000],
    ],
  },
  {
    shape: 'candle', category: 'home', noun: { ko: '캔들', en: 'candle' }, options: null,
    about: { ko: '콩 왁스로 40시간 탑니다.', en: 'Soy wax that burns for 40 hours.' },
    items: [
      ['삼나무', 'Cedar', '#b08a5e', 26_000], ['우유', 'Milk', '#efe8dc', 24_000], ['자두', 'Plum', '#9c5a78', 26_000], ['서재', 'Study', '#7a6a58', 28_000],
    ],
  },
];

/** Every product, in the order in which they are put in. The same each time. */
export function catalogue() {
  const products = [];
  for (const kind of kinds) {
    kind.items.forEach(([ko, en, tint, price], at) => {
      const number = products.length;
      const skus = kind.options ? kind.options.of(price) : [{ price }];
      skus.forEach((sku, i) => {
        // A few are nearly gone, and one is: pages have to show that as well.
        const scarce = number % 11 === 3;
        sku.stock = scarce ? (i === 0 ? 3 : 0) : 40 + ((number * 37 + i * 11) % 160);
      });
      products.push({
        picture: `${kind.shape}-${at + 1}`, shape: kind.shape, tint,
        body: {
          name: { ko: `${ko} ${kind.noun.ko}`, en: `${en} ${kind.noun.en}` },
          description: kind.about, category: kind.category,
          option_name: kind.options ? kind.options.name : null, skus,
        },
      });
    });
  }
  return products;
}
