import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { askUntil, defaultTiming, nextDelayMs, Poller } from './poller';

describe('nextDelayMs', () => {
  const middle = 0.5;
  it('asks every interval while answered', () => {
    expect(nextDelayMs(defaultTiming, 0, false, middle)).toBeCloseTo(2000);
  });

  it('backs off without answers, up to a bound', () => {
    const waits = [1, 2, 3, 4, 50].map((failures) => nextDelayMs(defaultTiming, failures, false, middle));
    expect(waits).toEqual([4000, 8000, 15_000, 15_000, 15_000]);
  });

  it('asks rarely while hidden', () => {
    expect(nextDelayMs(defaultTiming, 0, true, middle)).toBe(15_000);
  });

  it('spreads pages out', () => {
    expect(nextDelayMs(defaultTiming, 0, false, 0)).toBeLessThan(nextDelayMs(defaultTiming, 0, false, 0.99));
  });
});

describe('Poller', () => {
  const page = Object.assign(new EventTarget(), { hidden: false });
  const window = new EventTarget();
  let asked = 0;
  let answered = true;
  const ask = (): Promise<boolean> => Promise.resolve(answered).finally(() => (asked += 1));
  const passes = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('document', page);
    vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
    vi.stubGlobal('removeEventListener', window.removeEventListener.bind(window));
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    [asked, answered, page.hidden] = [0, true, false];
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it('asks at once, then every interval, until it is stopped', async () => {
    const poller = new Poller(ask);
    poller.start();
    await passes(4500);
    expect(asked).toBe(3);
    poller.stop();
    await passes(60_000);
    expect(asked).toBe(3);
  });

  it('leaves a silent server more time after each question, and is back at once with the network', async () => {
    const poller = new Poller(ask);
    answered = false;
    poller.start();
    await passes(0);
    await passes(3999);
    expect(asked).toBe(1);
    await passes(8002);
    expect(asked).toBe(3);
    window.dispatchEvent(new Event('online'));
    await passes(0);
    expect(asked).toBe(4);
    poller.stop();
  });

  it('asks rarely in a hidden tab, and at once when that is shown again', async () => {
    page.hidden = true;
    const poller = new Poller(ask);
    poller.start();
    await passes(14_000);
    expect(asked).toBe(1);
    page.hidden = false;
    page.dispatchEvent(new Event('visibilitychange'));
    await passes(0);
    expect(asked).toBe(2);
    poller.stop();
  });
});

describe('askUntil', () => {
  const asks = (answers: string[]) => vi.fn(() => Promise.resolve(answers.shift() ?? 'nothing'));
  const rhythm = (last: string) => {
    const waited: number[] = [];
    const pauseMs = (answer: string, asked: number): number | null => (answer === last || asked === 4 ? null : asked * 100);
    return { waited, pauseMs, wait: (ms: number) => Promise.resolve(void waited.push(ms)), over: () => false };
  };

  it('asks in its own rhythm until the last answer', async () => {
    const patience = rhythm('yes');
    expect(await askUntil(asks(['wait', 'wait', 'yes', 'no']), patience)).toBe('yes');
    expect(patience.waited).toEqual([100, 200]);
  });

  it('gives up with the answer it has, where the rhythm ends', async () => {
    const ask = asks([]);
    expect(await askUntil(ask, rhythm('yes'))).toBe('nothing');
    expect(ask).toHaveBeenCalledTimes(4);
  });

  it('waits before the first question where an answer is known, and asks nothing where that is the last', async () => {
    const patience = rhythm('yes');
    const ask = asks(['yes']);
    expect(await askUntil(ask, patience, 'wait')).toBe('yes');
    expect(patience.waited).toEqual([100]);
    expect(await askUntil(ask, patience, 'yes')).toBe('yes');
    expect(ask).toHaveBeenCalledTimes(1);
  });

  it('asks no more when nobody waits for it', async () => {
    const ask = asks(['wait', 'yes']);
    let over = false;
    const patience = { ...rhythm('yes'), wait: () => Promise.resolve(void (over = true)), over: () => over };
    expect(await askUntil(ask, patience)).toBe('wait');
    expect(ask).toHaveBeenCalledTimes(1);
  });
});
