import { part } from './part.ts';
import { words } from './speech.ts';

/** A break shorter than this is nobody's business. */
const PATIENCE_MS = 2500;
/** A tab out of sight gives its connection back: browsers allow a handful per server over all tabs. */
const AWAY_MS = 10_000;

/** Watches network, tab and keyboard, and tells about the network in the banner. */
export function watchSurroundings(on: { away: () => void; back: () => void }): { connected(yes: boolean): void } {
  let broken = 0;
  const tell = (text: string): void => {
    const banner = part('banner');
    banner.textContent = text;
    banner.hidden = text === '';
  };
  const connected = (yes: boolean): void => {
    if (yes) {
      clearTimeout(broken);
      broken = 0;
      // A stream that was about to open when the network went says nothing about the network.
      if (navigator.onLine) tell('');
    } else if (broken === 0) {
      broken = setTimeout(
        () => tell(navigator.onLine ? words.broken : words.offline),
        navigator.onLine ? PATIENCE_MS : 0,
      );
    }
  };
  addEventListener('offline', () => tell(words.offline));
  addEventListener('online', () => {
    tell('');
    on.back();
  });
  watchTab(on.away, on.back);
  watchKeyboard();
  return { connected };
}

function watchTab(away: () => void, back: () => void): void {
  let timer = 0;
  document.addEventListener('visibilitychange', () => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(away, AWAY_MS);
    else back();
  });
  addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    away();
    back();
  });
}

/** Where a keyboard lies over the page instead of making it smaller, the page makes itself smaller. */
function watchKeyboard(): void {
  const view = window.visualViewport;
  if (view === null) return;
  const fit = (): void => {
    if (view.scale === 1) document.documentElement.style.setProperty('--height', `${view.height}px`);
  };
  view.addEventListener('resize', fit);
  fit();
}
