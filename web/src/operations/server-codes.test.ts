import { describe, expect, it } from 'vitest';
import { words as en } from './i18n/en';
import { words as ko } from './i18n/ko';

/** The server's sources, without their tests. */
const sources = Object.values(
  import.meta.glob<string>(['../../../src/**/*.cpp', '!../../../src/**/*_test.cpp'], { query: '?raw', import: 'default', eager: true }),
);
const codesIn = (texts: string[], ...patterns: RegExp[]): string[] =>
  [...new Set(texts.flatMap((text) => patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code = '']) => code))))].sort();

// Whoever says `Conditions` raises alarms: out.push_back({"disk_full", "The disk ...
const alarms = codesIn(
  sources.filter((text) => /\bConditions\b/.test(text)),
  /\.push_back\(\s*\{\s*"([a-z_]+)",/g,
  /\breturn\s*\{\s*\{\s*"([a-z_]+)",/g,
);
const findings = codesIn(sources, /\bSeverity::(?:High|Medium|Low),\s*"([a-z_]+)",/g, /\bcheck_secret_file\([^;]*?,\s*"([a-z_]+)"\)/g);

// src/base/refusals.cpp: {"wrong_password", Level::Warning, true},
const refusals = codesIn(
  sources.filter((text) => /\bRefusals::add\(/.test(text)),
  /^ {4}\{"([a-z_]+)", Level::/gm,
);

describe('the codes of the server', () => {
  it('are found', () => {
    expect(alarms).toEqual(expect.arrayContaining(['disk_full', 'disk_low', 'no_admin', 'recording_disk', 'shop_closed', 'stopping']));
    expect(refusals).toEqual(expect.arrayContaining(['wrong_password', 'too_slow']));
    expect(findings).toEqual(expect.arrayContaining(['plain_http', 'open_data_folder', 'open_key', 'fake_payments']));
  });

  it.each([
    ['English', en],
    ['Korean', ko],
  ])('for alarms have words in %s, and no others have', (_language, words) => {
    expect(Object.keys(words.alarms).sort()).toEqual(alarms);
    for (const { message } of Object.values(words.alarms)) expect(message).toMatch(/\S{2}/);
  });

  it.each([
    ['English', en],
    ['Korean', ko],
  ])('for refusals have words in %s, and no others have', (_language, words) => {
    expect(Object.keys(words.refusals.kinds).sort()).toEqual(refusals);
  });

  // In English a finding is told in the server's own words, which name the file or the address.
  it('for findings of the self-check have words in Korean, and no others have', () => {
    expect(Object.keys(ko.security.findings).sort()).toEqual(findings);
  });
});
