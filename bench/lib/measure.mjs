/** One measurement: wrk against a URL, and what the server's process spent on it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpu_us } from './processes.mjs';

/** What a process spends by itself (a live stream is packaged meanwhile): microseconds of CPU a second. @param {number} pid */
export async function background_us_per_second(pid, seconds = 3) {
  const before = cpu_us(pid);
  await sleep(seconds * 1000);
  return (cpu_us(pid) - before) / seconds;
}

/**
 * The server's own background work is taken off: it is there without any request.
 * @typedef {{us_per_request: number, per_second: number, requests: number, bytes: number}} Sample
 * @param {{url: string, pid: number, seconds: number, core: number, connections: number, background?: number, headers?: string[]}} what
 * @returns {Sample}
 */
export function measure({ url, pid, seconds, core, connections, background = 0, headers = [] }) {
  const wrk = (duration) => execFileSync('taskset', ['-c', String(core), 'wrk', '-t1', `-c${connections}`, `-d${duration}s`,
    ...headers.flatMap((line) => ['-H', line]), url], { encoding: 'utf8' });
  wrk(1); // caches, branch predictors and TCP windows
  const before = cpu_us(pid);
  const said = wrk(seconds);
  const spent = cpu_us(pid) - before;
  const wrong = said.match(/Non-2xx or 3xx responses: \d+|Socket errors: .*/);
  if (wrong) throw new Error(`${url}: ${wrong[0]}`);
  const [, requests, real_seconds] = said.match(/(\d+) requests in ([\d.]+)s/).map(Number);
  if (requests === 0) throw new Error(`${url}: wrk got no answer`);
  const bytes = Number(execFileSync('curl', ['-s', '-o', '/dev/null', '-w', '%{size_download}',
    ...headers.flatMap((line) => ['-H', line]), url], { encoding: 'utf8' }));
  return { us_per_request: (spent - background * real_seconds) / requests, per_second: requests / real_seconds, requests, bytes };
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** What the numbers were measured on. */
export function machine() {
  const cpu = readFileSync('/proc/cpuinfo', 'utf8');
  const memory_kib = Number(readFileSync('/proc/meminfo', 'utf8').match(/MemTotal:\s+(\d+)/)[1]);
  return {
    processor: cpu.match(/model name\s*:\s*(.*)/)[1],
    cores: cpu.match(/^processor/gm).length,
    memory_gib: Math.round(memory_kib / 1024 / 1024),
    kernel: execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim(),
    compiler: execFileSync('clang++-19', ['--version'], { encoding: 'utf8' }).split('\n')[0],
    load_at_start: loadavg()[0],
    measured_at: new Date().toISOString(),
  };
}
