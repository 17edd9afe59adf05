/** Recall against queries per second: as a Vega-Lite specification, and drawn as SVG. */
import { writeFileSync } from 'node:fs';

export interface Point {
  /** `Spillway, 1 thread`. */
  readonly series: string;
  readonly searchK: number;
  readonly recall: number;
  readonly queriesPerSecond: number;
}

const title = 'Recall@10 against queries per second';
const colors = [
  '#1b6ca8',
  '#b3541e',
  '#2e7d32',
  '#7b1fa2',
  '#c2185b',
  '#6fb1dd',
  '#e3a06f',
  '#81c784',
  '#ce93d8',
];

function specification(values: readonly Point[]): object {
  const axis = (title: string): object => ({ axis: { title } });
  return {
    $schema: 'https://vega.github.io/schema/vega-lite/v5.json',
    title,
    width: 560,
    height: 320,
    data: { values },
    mark: { type: 'line', point: true, tooltip: true },
    encoding: {
      x: { field: 'recall', type: 'quantitative', scale: { zero: false }, ...axis('recall@10') },
      y: {
        field: 'queriesPerSecond',
        type: 'quantitative',
        scale: { type: 'log' },
        ...axis('queries per second'),
      },
      order: { field: 'searchK' },
      color: { field: 'series', type: 'nominal', scale: { range: colors }, legend: { title: null } },
    },
  };
}

const frame = { left: 80, top: 40, width: 560, height: 320 };

function drawing(points: readonly Point[]): string {
  const low = Math.floor(Math.min(...points.map((p) => p.recall)) * 20) / 20;
  const powers = points.map((p) => Math.log10(p.queriesPerSecond));
  const [floor, ceiling] = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
  const x = (recall: number): number => frame.left + ((recall - low) / Math.max(1 - low, 1e-9)) * frame.width;
  const y = (rate: number): number =>
    frame.top + (1 - (Math.log10(rate) - floor) / (ceiling - floor)) * frame.height;
  const at = (value: number): string => value.toFixed(1);
  const text = (where: string, words: string): string => `<text ${where}>${words}</text>`;
  const parts: string[] = [];
  for (let power = floor; power <= ceiling; power++) {
    const level = at(y(10 ** power));
    parts.push(`<path d="M${frame.left} ${level}h${frame.width}" stroke="#ddd"/>`);
    parts.push(
      text(
        `x="${frame.left - 8}" y="${level}" dy="4" text-anchor="end"`,
        (10 ** power).toLocaleString('en-US'),
      ),
    );
  }
  for (let step = 0; step <= 5; step++) {
    const recall = low + ((1 - low) * step) / 5;
    parts.push(`<path d="M${at(x(recall))} ${frame.top}v${frame.height}" stroke="#eee"/>`);
    parts.push(
      text(
        `x="${at(x(recall))}" y="${frame.top + frame.height + 18}" text-anchor="middle"`,
        recall.toFixed(2),
      ),
    );
  }
  const names = [...new Set(points.map((p) => p.series))];
  names.forEach((name, i) => {
    const color = colors[i % colors.length]!;
    const line = points
      .filter((p) => p.series === name)
      .map((p) => [at(x(p.recall)), at(y(p.queriesPerSecond))] as const);
    parts.push(
      `<path d="M${line.map((p) => p.join(' ')).join('L')}" fill="none" stroke="${color}" stroke-width="2"/>`,
    );
    for (const [cx, cy] of line) parts.push(`<circle cx="${cx}" cy="${cy}" r="3.5" fill="${color}"/>`);
    const row = frame.top + 14 + i * 20;
    parts.push(`<circle cx="${frame.left + frame.width + 20}" cy="${row}" r="5" fill="${color}"/>`);
    parts.push(text(`x="${frame.left + frame.width + 32}" y="${row}" dy="4"`, name));
  });
  const middle = frame.left + frame.width / 2;
  parts.push(text(`x="${middle}" y="22" text-anchor="middle" font-size="15" font-weight="bold"`, title));
  parts.push(text(`x="${middle}" y="${frame.top + frame.height + 42}" text-anchor="middle"`, 'recall@10'));
  const centre = frame.top + frame.height / 2;
  parts.push(
    text(`transform="translate(18 ${centre}) rotate(-90)" text-anchor="middle"`, 'queries per second'),
  );
  const size = 'width="840" height="420" viewBox="0 0 840 420"';
  const style = 'font-family="sans-serif" font-size="12" fill="#333"';
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} ${style}>\n<rect width="840" height="420" fill="white"/>\n${parts.join('\n')}\n</svg>\n`;
}

/** Writes `path.vl.json` and `path.svg`. */
export function draw(path: string, points: readonly Point[]): void {
  writeFileSync(`${path}.vl.json`, `${JSON.stringify(specification(points), null, 2)}\n`);
  writeFileSync(`${path}.svg`, drawing(points));
}
