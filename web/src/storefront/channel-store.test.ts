import { describe, expect, it, vi } from 'vitest';
import type { Channel } from '../api/channels';

vi.stubGlobal('document', { documentElement: {}, addEventListener: () => {} });
vi.stubGlobal('navigator', { languages: ['en'] });
const { placesAfter } = await import('./channel-store');

const show = (name: string, viewers: number, state: Channel['state'] = 'live'): Channel => ({ name, viewers, state }) as Channel;

describe('places of the shows on air', () => {
  it('are by viewers when the page opens', () => {
    expect(placesAfter([], [show('a', 1), show('b', 9), show('c', 5), show('d', 99, 'offline')])).toEqual(['b', 'c', 'a']);
  });

  it('stay when viewers come and go', () => {
    expect(placesAfter(['b', 'c', 'a'], [show('a', 50), show('b', 0), show('c', 7)])).toEqual(['b', 'c', 'a']);
  });

  it('close up behind a show that ends, and a new one stands last', () => {
    const list = [show('a', 1), show('b', 2), show('c', 3, 'ended'), show('d', 1000), show('e', 2000, 'reconnecting')];
    expect(placesAfter(['c', 'b', 'a'], list)).toEqual(['b', 'a', 'e', 'd']);
  });
});
