import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from './lib/prepare.mjs';

const NOT_OURS = new Set(['node_modules', 'dist', 'public', '.git', '.cache', '.flowprof', 'test-results']);

/** Every page below a folder of the repository, by its path. */
function pagesBelow(folder) {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : pagesBelow(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

const PAGES = pagesBelow('.');

/** A page without its code, in which nothing is a link. */
function prose(path) {
  return readFileSync(join(ROOT, path), 'utf8')
    .replaceAll(/^```[\s\S]*?^```$/gm, '')
    .replaceAll(/`[^`\n]*`/g, '');
}

/** The anchor that a heading is given: lower case, words joined by hyphens. */
function anchorOf(heading) {
  const plain = heading.replaceAll(/[`*]/g, '').trim().toLowerCase();
  return plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(/\s/g, '-');
}

function anchorsOf(path) {
  const text = readFileSync(join(ROOT, path), 'utf8');
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading]) => anchorOf(heading));
}

/** What is wrong with a link of a page; null when it leads somewhere. */
function faultOf(page, target) {
  if (/^[a-z]+:/.test(target)) return null;
  const [file, anchor] = target.split('#');
  const path = file === '' ? page : normalize(join(dirname(page), file));
  if (!existsSync(join(ROOT, path))) return `${target}: no such file`;
  if (anchor === undefined || !path.endsWith('.md') || anchorsOf(path).includes(anchor)) return null;
  return `${target}: no such heading`;
}

function faultsOf(page) {
  const targets = [...prose(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target);
  return targets.map((target) => faultOf(page, target)).filter((fault) => fault !== null);
}

describe('pages', () => {
  it('are found', () => {
    expect(PAGES).toEqual(expect.arrayContaining(['README.md', 'CONTRIBUTING.md', 'docs/adr/README.md']));
  });

  it.each(PAGES)('%s: every link leads somewhere', (page) => {
    expect(faultsOf(page)).toEqual([]);
  });

  it('a link that leads nowhere is found', () => {
    expect(faultOf('docs/glossary.md', 'nowhere.md')).toBe('nowhere.md: no such file');
    expect(faultOf('docs/glossary.md', '../README.md#nothing')).toBe('../README.md#nothing: no such heading');
    expect(faultOf('docs/glossary.md', '../README.md#the-rooms')).toBeNull();
  });

  it('every decision is listed', () => {
    const listed = readFileSync(join(ROOT, 'docs/adr/README.md'), 'utf8');
    const pages = PAGES.filter((path) => /^docs\/adr\/\d{4}-/.test(path));
    for (const path of pages) {
      const [, title] = /^# (.*)$/m.exec(readFileSync(join(ROOT, path), 'utf8')) ?? [];
      expect(listed).toContain(`[${title}](${path.slice('docs/adr/'.length)})`);
    }
  });
});

describe('CONTRIBUTING.md', () => {
  const text = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const paths = [...text.matchAll(/`((?:packages|docs|scripts|fixtures|bench)\/[^`\s]*)`/g)].map(([, path]) => path);

  it('names places in the code', () => {
    expect(paths.length).toBeGreaterThan(10);
  });

  it.each(paths)('%s is there', (path) => {
    expect(existsSync(join(ROOT, path.replace('<room>', 'model')))).toBe(true);
  });

  it('names scripts that package.json has', () => {
    for (const [, name, room] of text.matchAll(/^npm (?:run )?(\w+)(?: -w @flowprof\/(\w+))?/gm)) {
      const folder = room === undefined ? ROOT : join(ROOT, 'packages', room);
      const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      expect(Object.keys(scripts)).toContain(name);
    }
  });
});
