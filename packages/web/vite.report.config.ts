import { createHash } from 'node:crypto';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

const PAGE = 'report.html';
/** What would end a script, or begin a comment in one, for a parser of HTML. */
const ENDS_SCRIPT = /<(?=\/script|!--)/gi;

function hashOf(content: string): string {
  return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
}

/**
 * Puts the script and the style sheet into the page, and a policy that lets nothing else in: no other script or style,
 * nothing from the network. Fails the build when there is more than one of either.
 */
function intoOnePage(): Plugin {
  return {
    name: 'flowprof-into-one-page',
    enforce: 'post',
    generateBundle(_, bundle) {
      let page = '';
      const scripts: string[] = [];
      const styles: string[] = [];
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type === 'chunk') scripts.push(file.code);
        else if (name.endsWith('.css')) styles.push(String(file.source));
        else if (name === PAGE) page = String(file.source);
        else throw new Error(`${name} is not in the page`);
        delete bundle[name];
      }
      const [script, ...moreScripts] = scripts;
      const [style, ...moreStyles] = styles;
      if (!script || !style || moreScripts.length + moreStyles.length > 0)
        throw new Error('one script, one style sheet');
      // What is loaded when it is needed elsewhere is in the script already: there is nothing to load before it.
      const selfContained = script.replaceAll('__VITE_PRELOAD__', 'void 0');
      // In the strings and regular expressions of a script, which is where they may stand, these mean the same.
      const inline = selfContained.replaceAll(ENDS_SCRIPT, '\\x3c');
      const policy = `default-src 'none'; script-src ${hashOf(inline)}; style-src ${hashOf(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
      const whole = page
        .replace(/<script type="module"[^>]*><\/script>\s*/, '')
        .replace(/<link rel="stylesheet"[^>]*>\s*/, '')
        .replace(
          '<meta charset="utf-8" />',
          () => `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
        )
        .replace('</head>', () => `  <style>${style}</style>\n  </head>`)
        .replace('</body>', () => `  <script type="module">${inline}</script>\n  </body>`);
      this.emitFile({ type: 'asset', fileName: 'page.html', source: whole });
    },
  };
}

/** Builds the page that `flowprof convert --to html` fills with an execution: one file that needs nothing else. */
export default defineConfig({
  plugins: [react(), intoOnePage()],
  resolve: { conditions: ['@flowprof/source', 'module', 'browser', 'import', 'default'] },
  build: {
    outDir: '../server/report',
    emptyOutDir: true,
    assetsInlineLimit: Number.MAX_SAFE_INTEGER,
    cssCodeSplit: false,
    modulePreload: false,
    target: ['chrome123', 'firefox121', 'safari17.5'],
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      input: PAGE,
      // The readers of trace files, and the parsers that they load when they need them, have no place in the page.
      treeshake: { moduleSideEffects: (id) => !id.includes('/packages/model/') && !id.includes('/yaml/') },
      output: { codeSplitting: false },
    },
  },
});
