import { describe, expect, it } from 'vitest';
import { PlaybackReport } from './playback-report';

describe('PlaybackReport', () => {
  it('tells the time to the first picture once', () => {
    const report = new PlaybackReport();
    report.onPlayback('loading', 1000);
    report.onPlayback('playing', 1450);
    expect(report.take(1.84)).toEqual({ join_ms: 450, stalls: 0, stalled_ms: 0, delay_ms: 1840 });
    expect(report.take(null)).toEqual({ stalls: 0, stalled_ms: 0 });
  });

  it('counts stalls and how long they lasted, between two reports', () => {
    const report = new PlaybackReport();
    report.onPlayback('playing', 0);
    report.onPlayback('stalled', 5000);
    report.onPlayback('stalled', 5250);
    report.onPlayback('playing', 7000);
    report.onPlayback('stalled', 9000);
    report.onPlayback('playing', 9500);
    expect(report.take(null)).toEqual({ stalls: 2, stalled_ms: 2500 });
    expect(report.take(null)).toEqual({ stalls: 0, stalled_ms: 0 });
  });

  it('does not count what the viewer wished', () => {
    const report = new PlaybackReport();
    report.onPlayback('loading', 0);
    report.onPlayback('blocked', 500);
    report.onPlayback('playing', 60_000);
    report.onPlayback('paused', 61_000);
    report.onPlayback('playing', 90_000);
    report.onPlayback('stalled', 91_000);
    report.onPlayback('paused', 92_000);
    report.onPlayback('playing', 99_000);
    expect(report.take(null)).toEqual({ stalls: 1, stalled_ms: 0 });
  });

  it('measures the next stream anew', () => {
    const report = new PlaybackReport();
    report.onPlayback('loading', 0);
    report.onPlayback('playing', 300);
    report.onPlayback('idle', 10_000);
    report.onPlayback('loading', 20_000);
    report.onPlayback('playing', 20_700);
    expect(report.take(null).join_ms).toBe(700);
  });
});
