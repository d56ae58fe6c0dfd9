/**
 * Resolves in a task of its own: between two short tasks a slow phone can answer a touch, in the middle of a long one
 * it cannot. By a message, since browsers hold back the timers of a hidden page.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
