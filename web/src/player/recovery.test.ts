import { describe, expect, it } from 'vitest';
import { Recovery } from './recovery';

describe('Recovery', () => {
  it('resumes after network faults with growing, bounded waits, then rebuilds', () => {
    const recovery = new Recovery();
    const remedies = Array.from({ length: 7 }, (_, i) => recovery.onFault('network', i * 1000));
    expect(remedies.map(({ kind }) => kind)).toEqual([
      ...['resume', 'resume', 'resume'],
      ...['rebuild', 'rebuild', 'rebuild', 'rebuild'],
    ]);
    expect(remedies.map(({ afterMs }) => afterMs)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('recovers media at once, and rebuilds when that did not help', () => {
    const recovery = new Recovery();
    expect(recovery.onFault('media', 0)).toEqual({ kind: 'recover-media', afterMs: 0 });
    expect(recovery.onFault('media', 1000).kind).toBe('rebuild');
    expect(recovery.onFault('media', 60_000).kind).toBe('recover-media');
  });

  it('starts mildly again after calm', () => {
    const recovery = new Recovery();
    for (let i = 0; i < 5; i++) recovery.onFault('network', i);
    recovery.onHealthy(40_000);
    expect(recovery.onFault('network', 40_000)).toEqual({ kind: 'resume', afterMs: 500 });
  });
});
