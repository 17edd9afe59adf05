/** What docs/matrices.md promises after `// =>` is what its code gives, and its descriptor is one. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { descriptorOfR } from '../../src/storage/matrix/descriptor.js';
import { descriptorText } from '../../src/storage/matrix/descriptor-text.js';
import { parseR } from '../../src/storage/matrix/r-text.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs/matrices.md'), 'utf8');

test('the code of the page', async () => {
  const folder = join(root, 'build/doc-matrices');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const code = [...page.matchAll(/```ts\n([\s\S]*?)```/g)]
    .map((block) => block[1]!)
    .join('\n')
    .replace("'spillway'", JSON.stringify(join(root, 'src/index.ts')))
    .replaceAll("'ref", `'${folder}/ref`)
    .replaceAll(
      /^(.*); \/\/ => (.*)$/gm,
      (_, call: string, text: string) => `promise(${call}, ${JSON.stringify(text)});`,
    );
  const imports = /^import .*$/m.exec(code)![0];
  writeFileSync(
    join(folder, 'page.ts'),
    `${imports}\nexport default async function (promise) {\n${code.replace(imports, '')}\n}\n`,
  );
  const { default: run } = (await import(join(folder, 'page.ts'))) as {
    default: (promise: (value: unknown, text: string) => void) => Promise<void>;
  };
  let kept = 0;
  await run((value, text) => {
    const shown = typeof value === 'string' ? value : inspect(value, { breakLength: Infinity });
    expect(shown).toBe(text);
    kept += 1;
  });
  expect(kept).toBe(page.split('// =>').length - 1);
});

test('the descriptor of the page is written as it stands there', () => {
  const text = /```\n(new[\s\S]*?)```/.exec(page)![1]!;
  const written = descriptorText(descriptorOfR(parseR(text), 'page.desc'));
  expect(written.replaceAll(/ +$/gm, '')).toBe(text);
});
