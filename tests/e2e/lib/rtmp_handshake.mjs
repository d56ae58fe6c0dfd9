/** The client's half of the RTMP handshake: the simple one, and Flash's with digests. */
import { createHmac, randomBytes } from 'node:crypto';

const PLAYER_KEY = Buffer.from('Genuine Adobe Flash Player 001');
const SERVER_KEY = Buffer.from('Genuine Adobe Flash Media Server 001');
const SIZE = 1536;

/** Where schema 0 or 1 keeps its digest of 32 bytes. */
function digest_offset(block, schema) {
  const base = schema === 0 ? 772 : 8;
  const sum = block[base] + block[base + 1] + block[base + 2] + block[base + 3];
  return (sum % 728) + base + 4;
}

function digest_of(block, offset, key) {
  return createHmac('sha256', key).update(block.subarray(0, offset)).update(block.subarray(offset + 32)).digest();
}

/** C0 and C1. @param {'simple' | 'digest0' | 'digest1'} kind */
export function client_hello(kind) {
  const block = randomBytes(SIZE);
  block.writeUInt32BE(0, 0);
  block.writeUInt32BE(kind === 'simple' ? 0 : 0x80000702, 4);
  if (kind !== 'simple') {
    const offset = digest_offset(block, kind === 'digest0' ? 0 : 1);
    digest_of(block, offset, PLAYER_KEY).copy(block, offset);
  }
  return { block, bytes: Buffer.concat([Buffer.from([3]), block]) };
}

/**
 * C2, after judging the server's S0, S1 and S2. Throws when they are not an answer to our C1.
 * @param {'simple' | 'digest0' | 'digest1'} kind @param {Buffer} hello our C1 @param {Buffer} answer 3,073 bytes
 */
export function client_echo(kind, hello, answer) {
  if (answer[0] !== 3) throw new Error(`S0 says version ${answer[0]}`);
  const s1 = answer.subarray(1, 1 + SIZE);
  const s2 = answer.subarray(1 + SIZE);
  if (kind === 'simple') {
    if (!s2.subarray(8).equals(hello.subarray(8))) throw new Error('S2 does not echo C1');
    return s1;
  }
  const schema = kind === 'digest0' ? 0 : 1;
  const offset = digest_offset(s1, schema);
  const signed = s1.subarray(offset, offset + 32).equals(digest_of(s1, offset, SERVER_KEY));
  if (!signed) throw new Error(`S1 has no digest of schema ${schema}`);
  return randomBytes(SIZE);
}
