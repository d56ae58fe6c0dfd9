export interface Device {
  browser: string | null;
  system: string | null;
  phone: boolean;
}

// First match wins: Edge, Samsung and Whale call themselves Chrome, and Chrome calls itself Safari.
const browsers: [RegExp, string][] = [
  [/\bEdgA?(iOS)?\//, 'Edge'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\bWhale\//, 'Whale'],
  [/\bKAKAOTALK/i, 'KakaoTalk'],
  [/\bNAVER\(/, 'NAVER'],
  [/\bOPR\/|\bOPT\//, 'Opera'],
  [/\bFirefox\/|\bFxiOS\//, 'Firefox'],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
  [/^shopcast/, 'shopcast'],
];

const systems: [RegExp, string][] = [
  [/iPhone|iPod/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/CrOS/, 'ChromeOS'],
  [/Mac OS X|Macintosh/, 'macOS'],
  [/Linux/, 'Linux'],
];

const first = (table: [RegExp, string][], agent: string): string | null => table.find(([pattern]) => pattern.test(agent))?.[1] ?? null;

/** What people call the device behind a User-Agent header. */
export function deviceOf(userAgent: string): Device {
  return {
    browser: first(browsers, userAgent),
    system: first(systems, userAgent),
    phone: /iPhone|iPod|Android.*Mobile/.test(userAgent),
  };
}
