/** A bare connection, for bytes that no client would send. */
import net from 'node:net';
import { event_of } from './wait.mjs';

/**
 * @param {string} address of the server, host:port
 * @param {string} [from] an address of this machine's loopback
 * @returns {Promise<net.Socket & {answer: string, gone: boolean}>} answer: what came so far; gone: the server has hung up
 */
export async function connect(address, from) {
  const [host, port] = address.split(':');
  const socket = Object.assign(net.connect({ host, port: Number(port), localAddress: from }), { answer: '', gone: false });
  socket.on('error', () => {});
  socket.on('data', (piece) => { socket.answer += piece.toString('latin1'); });
  socket.on('close', () => { socket.gone = true; });
  await event_of('a connection', socket, 'connect');
  return socket;
}

/** Of an answer in HTTP/1.1; 0: none came. */
export const answered_status = ({ answer }) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1] ?? 0);
