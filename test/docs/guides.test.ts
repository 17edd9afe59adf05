/** The code of the guides in docs/ runs, from the first block to the last, and gives what it promises. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';

import * as face from '../../src/index.js';
import { freeNames, instrument, sameText } from './example-code.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = join(root, 'build/guides');

test.each(['neighbors.md', 'graphs.md', 'jobs.md', 'annoy.md'])('%s', async (name) => {
  const text = readFileSync(join(root, 'docs', name), 'utf8');
  const code = [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map((block) => block[1]!).join('\n');
  const promises = code.split('// =>').length - 1;
  expect(promises).toBeGreaterThan(0);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.chdir(folder);
  const used = freeNames(code);
  const taken = Object.keys(face).filter((exported) => used.has(exported));
  const module = join(folder, `${name}.ts`);
  writeFileSync(
    module,
    `import { ${taken.join(', ')} } from ${JSON.stringify(join(root, 'src/index.ts'))};
export default async function (promise) {
${instrument(code)}
}`,
  );
  const { default: run } = (await import(module)) as {
    default: (promise: (value: unknown, text: string) => void) => Promise<void>;
  };
  let kept = 0;
  await run((value, promised) => {
    kept += 1;
    const shown = [inspect(value, { depth: 5, breakLength: Infinity }), String(value)].map(sameText);
    expect(shown, promised).toContain(sameText(promised));
  });
  expect(kept).toBe(promises);
});
