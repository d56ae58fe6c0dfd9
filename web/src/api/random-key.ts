/** 128 random bits in hex. A LAN phone on plain HTTP has crypto.getRandomValues, not crypto.randomUUID. */
export function randomKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
