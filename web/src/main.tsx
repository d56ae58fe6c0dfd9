// First, because it declares the order of the style layers.
import './styles/index.css';
import './shared/theme';
import { render } from 'preact';
import { App } from './app';
import { loadHlsEngine } from './player/live-player';
import { followSession } from './session/session';
import { route } from './shared/router';

// The engine is wanted on a watch page for certain: its download starts before the first paint.
if (route.peek().page === 'watch') void loadHlsEngine();
followSession();

const root = document.getElementById('app');
if (root) render(<App />, root);
