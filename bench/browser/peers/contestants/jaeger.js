const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/**
 * The app itself, in a frame of the page: it asks its server for the trace, as it always does. Its timeline shows some
 * rows of the trace at a time, each by its time; a range is chosen by dragging, which is not driven here.
 */
export function make(host) {
  const scene = new URLSearchParams(location.search).get('scene');
  const app = document.createElement('iframe');
  app.style.cssText = 'width: 100%; height: 100%; border: 0';
  host.append(app);
  return {
    async load() {
      app.src = `/jaeger/trace/${scene}`;
      await new Promise((resolve) => app.addEventListener('load', resolve, { once: true }));
      while (app.contentDocument.querySelector('.span-row') === null) await frame();
      await frame();
    },
    async search(text) {
      const input = app.contentDocument.querySelector('input[name=search]');
      // Past what React keeps of the value, as typing would.
      const prototype = app.contentWindow.HTMLInputElement.prototype;
      Reflect.set(prototype, 'value', text, input);
      input.dispatchEvent(new app.contentWindow.InputEvent('input', { bubbles: true }));
      while (app.contentDocument.querySelector('.span-row.is-matching-filter') === null) await frame();
      await frame();
    },
  };
}
