/** Whether the viewer asked for sound in this visit. Storage may be refused (private mode): then each page starts muted. */
const key = 'shopcast.sound';

export function recallSound(): boolean {
  try {
    return sessionStorage.getItem(key) === 'on';
  } catch {
    return false;
  }
}

export function rememberSound(on: boolean): void {
  try {
    sessionStorage.setItem(key, on ? 'on' : 'off');
  } catch {
    // The choice then lasts as long as the page.
  }
}
