/** True in the frame that the widget makes on another site. */
export const embedded = document.body.dataset.embed === '1';

/** Tells the widget that the visitor wants to close it: a key pressed in a frame is heard in the frame only. */
export function watchEscape(): void {
  if (!embedded) return;
  addEventListener('keydown', (event) => {
    // It says nothing but this, so whoever has the page in a frame may hear it.
    if (event.key === 'Escape' && !event.isComposing) parent.postMessage({ parley: 'close' }, '*');
  });
}
