// First, because it declares the order of the style layers.
import './styles/index.css';
import './shared/theme';
import { render } from 'preact';
import { App } from './app';
import { loadHlsEngine } from './player/live-player';
import { followSession } from './session/session';
import { route } from './shared/router';

const root = document.getElementById('app');
// Tasks of their own: a slow phone can answer a touch between reading the scripts, asking, drawing and laying out.
setTimeout(followSession);
if (root) setTimeout(() => start(root));

function start(root: HTMLElement): void {
  render(<App />, root);
  // A watch page will want the engine for certain; its download need not wait for what the server says.
  if (route.peek().page === 'watch') void loadHlsEngine();
}
