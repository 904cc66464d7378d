/*
 * The chat button for other sites, in one line:
 *   <script src="https://chat.example/widget.js" data-flow="order-status" async></script>
 * A plain script without parts: no module, no cookie, and one name in the page, `parley`, with open() and close().
 * Everything it shows is in a shadow of its own, so neither side's styles reach the other.
 */
{
  const WORDS = {
    en: { open: 'Open the chat', close: 'Close the chat', chat: 'Chat' },
    es: { open: 'Abrir el chat', close: 'Cerrar el chat', chat: 'Chat' },
    pt: { open: 'Abrir o chat', close: 'Fechar o chat', chat: 'Chat' },
  };

  /** Pixels throughout: a site may have its own idea of a rem. */
  const STYLE = `
    :host { all: initial; --accent: #0b655c; --ink: #ffffff; --line: #d5dbe1; --page: #eef1f4; }
    button {
      position: fixed; bottom: 16px; right: 16px; z-index: 2147483000; box-sizing: border-box;
      display: grid; place-items: center; width: 56px; height: 56px; padding: 0; border: 0; border-radius: 50%;
      background: var(--accent); color: var(--ink); cursor: pointer; box-shadow: 0 4px 16px rgb(16 32 48 / 30%);
    }
    button:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
    svg { width: 26px; height: 26px; fill: none; stroke: currentColor; stroke-width: 2;
      stroke-linecap: round; stroke-linejoin: round; }
    section {
      position: fixed; bottom: 88px; right: 16px; z-index: 2147483000; box-sizing: border-box; overflow: hidden;
      width: min(384px, calc(100vw - 32px)); height: min(640px, calc(100dvh - 104px));
      border: 1px solid var(--line); border-radius: 16px; background: var(--page);
      box-shadow: 0 8px 40px rgb(16 32 48 / 25%);
    }
    .left { right: auto; left: 16px; }
    section[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    @media (max-width: 480px) {
      section, section.left { inset: 0 0 80px; width: auto; height: auto; border: 0; border-radius: 0; }
    }
    @media (prefers-color-scheme: dark) {
      :host { --accent: #5cc9b9; --ink: #06231f; --line: #313a44; --page: #0f1317; }
    }
    @media (forced-colors: active) { button { border: 2px solid; } }
    @media print { :host { display: none; } }
  `;
  const BUBBLE = 'M4 5h16v11H10l-5 4v-4H4z';
  const CROSS = 'M6 6l12 12M18 6 6 18';

  const drawing = (path: string): SVGElement => {
    const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'path');
    svg.setAttribute('viewBox', '0 0 24 24');
    svg.setAttribute('aria-hidden', 'true');
    line.setAttribute('d', path);
    svg.append(line);
    return svg;
  };

  /** The button and the panel, in their shadow. */
  const parts = (label: string, left: boolean): { host: HTMLElement; button: HTMLElement; panel: HTMLElement } => {
    const host = document.createElement('div');
    const [button, panel] = [document.createElement('button'), document.createElement('section')];
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    const shadow = host.attachShadow({ mode: 'open' });
    // Made by script, a style sheet needs no leave of the site's content security policy.
    shadow.adoptedStyleSheets = [style];
    button.type = 'button';
    button.setAttribute('aria-controls', 'panel');
    panel.id = 'panel';
    panel.hidden = true;
    panel.setAttribute('role', 'dialog');
    panel.setAttribute('aria-label', label);
    for (const each of [button, panel]) each.classList.toggle('left', left);
    shadow.append(button, panel);
    return { host, button, panel };
  };

  const frameOf = (flow: string, server: string, label: string): HTMLIFrameElement => {
    const frame = document.createElement('iframe');
    const address = new URL(`/w/${encodeURIComponent(flow)}`, server);
    address.search = new URLSearchParams({ embed: '1', on: location.origin }).toString();
    frame.src = address.href;
    frame.title = label;
    return frame;
  };

  const start = (
    flow: string,
    server: string,
    { label: given, side }: DOMStringMap,
  ): { open(): void; close(): void } => {
    const language = document.documentElement.lang.slice(0, 2).toLowerCase();
    const words = language === 'es' || language === 'pt' ? WORDS[language] : WORDS.en;
    const label = given || words.chat;
    const { host, button, panel } = parts(label, side === 'left');
    let frame: HTMLIFrameElement | null = null;
    const show = (yes: boolean): void => {
      panel.hidden = !yes;
      button.setAttribute('aria-expanded', String(yes));
      button.setAttribute('aria-label', yes ? words.close : given || words.open);
      button.replaceChildren(drawing(yes ? CROSS : BUBBLE));
    };
    const open = (): void => {
      if (!panel.hidden) return;
      show(true);
      // Who does not open the chat loads nothing of it.
      if (frame === null) panel.append((frame = frameOf(flow, server, label)));
      frame.focus();
    };
    const close = (): void => {
      if (panel.hidden) return;
      show(false);
      button.focus();
    };
    show(false);
    button.addEventListener('click', () => (panel.hidden ? open() : close()));
    host.addEventListener('keydown', (event) => event.key === 'Escape' && close());
    addEventListener('message', ({ source, data }) => {
      // The frame may have gone to another page, which may do no more than close it.
      if (frame !== null && source === frame.contentWindow && data?.parley === 'close') close();
    });
    document.body.append(host);
    return { open, close };
  };

  const script = document.currentScript;
  const flow = script?.dataset['flow'] ?? '';
  if (!(script instanceof HTMLScriptElement) || flow === '')
    console.error('Parley: the script needs data-flow="…" with the id of a flow.');
  else if (!('parley' in window)) {
    const begin = (): unknown => Object.assign(window, { parley: start(flow, script.src, script.dataset) });
    if (document.body === null) document.addEventListener('DOMContentLoaded', begin, { once: true });
    else begin();
  }
}
