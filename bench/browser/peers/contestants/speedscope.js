/** The file that speedscope reads: what opens and closes, in order. */
function profileOf(spans) {
  const events = [];
  for (let i = 0; i < spans.length; i++) {
    events.push(`{"type":"O","frame":${spans.name[i]},"at":${spans.start[i]}}`);
    events.push(`{"type":"C","frame":${spans.name[i]},"at":${spans.start[i] + spans.duration[i]}}`);
  }
  const frames = JSON.stringify(spans.names.map((name) => ({ name })));
  const profile =
    `{"type":"evented","name":"bench","unit":"microseconds","startValue":0,"endValue":${spans.end},` +
    `"events":[${events.join(',')}]}`;
  return `{"$schema":"https://www.speedscope.app/file-format-schema.json","shared":{"frames":${frames}},"profiles":[${profile}]}`;
}

const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

/** The app itself, in a frame of the page; it is worked as a person would: by the wheel, and by Ctrl+F. */
export function make(host) {
  const app = document.createElement('iframe');
  app.style.cssText = 'width: 100%; height: 100%; border: 0';
  host.append(app);
  let url = '';
  let zoomedTo = Infinity;
  const wheel = (init) => {
    const all = [...app.contentDocument.querySelectorAll('canvas')];
    const target = app.contentDocument.elementFromPoint(host.clientWidth / 2, host.clientHeight / 2) ?? all[0];
    const at = { clientX: host.clientWidth / 2, clientY: host.clientHeight / 2, bubbles: true, cancelable: true };
    target.dispatchEvent(new app.contentWindow.WheelEvent('wheel', { ...at, ...init }));
  };
  const searchBox = () => app.contentDocument.querySelector('input:not([type=file])');
  return {
    async prepare(spans) {
      url = URL.createObjectURL(new Blob([profileOf(spans)], { type: 'application/json' }));
      app.src = '/speedscope/index.html';
      await new Promise((resolve) => app.addEventListener('load', resolve, { once: true }));
    },
    async load() {
      app.src = `/speedscope/index.html#profileURL=${encodeURIComponent(url)}&title=bench`;
      app.contentWindow.location.reload();
      await new Promise((resolve) => app.addEventListener('load', resolve, { once: true }));
      while (!/Time Order/.test(app.contentDocument.body.textContent ?? '')) await frame();
      while (app.contentDocument.querySelectorAll('canvas').length === 0) await frame();
      await frame();
    },
    zoom({ start, end }) {
      wheel({ ctrlKey: true, deltaY: end - start < zoomedTo ? -60 : 60 });
      zoomedTo = end - start;
    },
    pan: () => wheel({ deltaX: 160 }),
    async openSearch() {
      const init = { key: 'f', code: 'KeyF', ctrlKey: true, bubbles: true };
      app.contentWindow.dispatchEvent(new app.contentWindow.KeyboardEvent('keydown', init));
      while (searchBox() === null) await frame();
    },
    async search(text) {
      const input = searchBox();
      input.value = text;
      input.dispatchEvent(new app.contentWindow.InputEvent('input', { bubbles: true }));
      await frame();
    },
  };
}
