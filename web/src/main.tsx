// First, because it declares the order of the style layers.
import './styles/index.css';
import './shared/theme';
import { render } from 'preact';
import { App } from './app';
import { loadHlsEngine } from './player/live-player';
import { followSession } from './session/session';
import { route } from './shared/router';

followSession();

const root = document.getElementById('app');
// In a task of its own: a slow phone can answer a touch between reading the scripts, drawing, and laying out.
if (root) setTimeout(() => start(root));

function start(root: HTMLElement): void {
  render(<App />, root);
  // A watch page will want the engine for certain, but its 95 KiB must not share a slow line with the first paint.
  if (route.peek().page === 'watch') requestAnimationFrame(() => setTimeout(() => void loadHlsEngine()));
}
