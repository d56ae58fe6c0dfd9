/** Ports for servers that cannot bind port 0, or come back on the one they had. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that outgoing connections take, so that nobody gets one while its server restarts.
 * Files that run beside each other (run.mjs) each have a hundred of their own.
 */
const FIRST = Number(process.env.SHOPCAST_TEST_PORTS ?? 20_000);
let next = FIRST;

/** @returns {Promise<number>} one that nobody listens on, and that this file did not give out before */
export async function free_port() {
  while (next < FIRST + 100) {
    const server = createServer();
    const bound = once(server, 'listening').then(() => true, () => false);
    server.listen(next, '127.0.0.1');
    next += 1;
    if (await bound) {
      const { port } = server.address();
      server.close();
      await once(server, 'close');
      return port;
    }
  }
  throw new Error(`no port is free from ${FIRST} to ${FIRST + 99}`);
}
