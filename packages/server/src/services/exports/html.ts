import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { encodeTrace, TraceFileError, type Micros, type Trace } from '@flowprof/model';

/** The page that the web app's build made; beside `dist` and `src` alike, in the repository and in the package. */
const PAGE = fileURLToPath(new URL('../../../report/page.html', import.meta.url));
/** The element of the page that the trace is put into. */
const PLACE = '<script type="text/plain" id="flowprof-trace">';

/** More would take a browser too long to open: a page of so many spans is about 10 MB. */
export const MOST_SPANS_IN_A_PAGE = 500_000;

const compress = promisify(gzip);
const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** The page without an execution, and where one goes in. @throws {TraceFileError} `unsupported_format` when it is not built */
async function emptyPage(): Promise<readonly [before: string, after: string]> {
  const page = await readFile(PAGE, 'utf8').catch(() => '');
  const at = page.indexOf(PLACE);
  if (at === -1) {
    throw new TraceFileError(
      'unsupported_format',
      'the page for HTML is not built; run npm run build in the repository',
    );
  }
  return [page.slice(0, at), page.slice(at + PLACE.length)];
}

/**
 * An execution as one page that needs nothing else: no server and no network. The data is base64, and the title is the
 * only text of the execution that stands in the page as such.
 * @param now where what still runs is drawn to
 * @throws {TraceFileError} `too_large` when there are too many spans
 */
export async function writeHtml(trace: Trace, now?: Micros): Promise<Uint8Array> {
  const { length } = trace.spans;
  if (length > MOST_SPANS_IN_A_PAGE) {
    const most = `a page holds ${MOST_SPANS_IN_A_PAGE.toLocaleString('en')} at most`;
    const what = `the execution has ${length.toLocaleString('en')} spans, and ${most}; other formats hold them all`;
    throw new TraceFileError('too_large', what);
  }
  const [before, after] = await emptyPage();
  const data = (await compress(encodeTrace(trace))).toString('base64');
  const { name, workflow } = trace.execution;
  const title = escaped(`${name || workflow || 'Execution'} · flowprof`);
  const head = before.replace(/<title>[^<]*<\/title>/, () => `<title>${title}</title>`);
  const place = now === undefined ? PLACE : PLACE.replace('>', () => ` data-now="${Math.round(now)}">`);
  return Buffer.from(`${head}${place}${data}${after}`, 'utf8');
}
