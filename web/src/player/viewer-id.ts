/** A random name for this page view: 128 bits in hex. A LAN phone on plain HTTP has getRandomValues, not randomUUID. */
export function newViewerId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
