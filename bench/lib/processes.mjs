/** Processes a benchmark starts: pinned to a core, their CPU time read from /proc, stopped by id. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const ticks_per_second = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
const started = [];

/** All threads of a process on one core. @param {number} pid @param {number} core */
export function pin(pid, core) {
  execFileSync('taskset', ['-a', '-c', '-p', String(core), String(pid)], { stdio: 'ignore' });
}

/**
 * Starts a program on a core; it is stopped with stop_all().
 * @param {number} core @param {string} program @param {string[]} args
 */
export function start(core, program, args, options = {}) {
  const child = spawn('taskset', ['-c', String(core), program, ...args], { stdio: ['ignore', 'ignore', 'inherit'], ...options });
  started.push(child);
  return child;
}

export async function stop_all() {
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await Promise.race([gone, sleep(3000).then(() => child.kill('SIGKILL'))]);
  }
}

/** Microseconds of CPU (user and system) that a process has used, all its threads together. */
export function cpu_us(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / ticks_per_second) * 1e6;
}

/** @param {number} parent */
export function children_of(parent) {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')[1]) === parent;
    } catch {
      return false;
    }
  });
}

/** Waits until something accepts on a loopback port. @param {number} port */
export async function until_listening(port) {
  for (let tries = 0; tries < 100; ++tries) {
    const answered = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => { socket.destroy(); resolve(true); });
      socket.on('error', () => resolve(false));
    });
    if (answered) return;
    await sleep(100);
  }
  throw new Error(`nothing listens on 127.0.0.1:${port}`);
}
