import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIGHT } from '../theme.ts';
import { placeLegend } from './legend.ts';
import { patternDefs, SvgPen, svgDocument, xmlText } from './svg-pen.ts';

describe('text in an SVG', () => {
  it('stays text, whatever it holds', () => {
    expect(xmlText(`<script>alert("1")</script> & 'x'`)).toBe(
      `&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; 'x'`,
    );
    expect(xmlText('a\u0000b\uD800c\uFFFEd\u{1F600}')).toBe('a\uFFFDb\uFFFDc\uFFFDd\u{1F600}');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const made = Array.from(xmlText(text));
        expect(made.filter((sign) => '<>"'.includes(sign) || (sign < ' ' && !'\t\n\r'.includes(sign)))).toEqual([]);
      }),
    );
  });
});

describe('the pen', () => {
  it('writes what it draws', () => {
    const pen = new SvgPen();
    pen.fillStyle = '#ff0000';
    pen.globalAlpha = 0.5;
    pen.fillRect(1, 2.345, 30, 4);
    pen.globalAlpha = 1;
    pen.strokeStyle = '#00ff00';
    pen.setLineDash([3, 2]);
    pen.beginPath();
    pen.moveTo(0, 0);
    pen.lineTo(5, 5);
    pen.stroke();
    pen.font = 'bold 15px system-ui, "Segoe UI"';
    pen.setTransform(0, 1, -1, 0, 7, 8);
    pen.fillText('<b>', 1, 2);
    expect(pen.markup().split('\n')).toEqual([
      '<rect x="1" y="2.35" width="30" height="4" fill="#ff0000" opacity="0.5"/>',
      '<path d="M0 0L5 5" fill="none" stroke="#00ff00" stroke-width="1" stroke-dasharray="3 2"/>',
      '<text x="1" y="2" fill="#ff0000" font-weight="bold" font-size="15" font-family="system-ui, &quot;Segoe UI&quot;" dominant-baseline="central" transform="matrix(0 1 -1 0 7 8)" xml:space="preserve">&lt;b&gt;</text>',
    ]);
  });

  it('draws nothing that has no size', () => {
    const pen = new SvgPen();
    pen.fillRect(1, 1, 0, 5);
    pen.stroke();
    expect(pen.markup()).toBe('');
  });

  it('puts pieces below each other into a document that loads nothing', () => {
    const pen = new SvgPen();
    pen.fillRect(0, 0, 1, 1);
    const size = { width: 100, height: 50, title: '"><script>', background: '#ffffff' };
    const text = svgDocument(size, patternDefs(LIGHT), [
      { left: 5, top: 20, width: 95, height: 30, markup: pen.markup() },
    ]);
    expect(text).toContain('<title>&quot;&gt;&lt;script&gt;</title>');
    expect(text).toContain('<svg x="5" y="20" width="95" height="30">');
    expect(text).not.toMatch(/<script|href|<style|<foreignObject/);
  });
});

const widthOf = (text: string): number => text.length * 6;

describe('the legend', () => {
  it('goes on in another row where the width is too small', () => {
    const wide = placeLegend(['node', 'attempt', 'phase', 'wait'], widthOf, 2000, 1);
    expect(wide.rows).toBe(1);
    const narrow = placeLegend(['node', 'attempt', 'phase', 'wait'], widthOf, 200, 1);
    expect(narrow.rows).toBeGreaterThan(1);
    const rows = narrow.placed.map(({ row }) => row);
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
  });
});
