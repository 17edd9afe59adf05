/** Every `// => value` in the docstrings of src/ is what its example really gives. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import ts from 'typescript';
import { expect, test } from 'vitest';
import * as face from '../../src/index.js';
import { freeNames, instrument, sameText } from './example-code.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const generated = join(root, 'build/doc-examples');

interface Example {
  readonly file: string;
  readonly line: number;
  readonly code: string;
}

/** The `@example` blocks of a source that promise a value. */
function examplesOf(file: string): Example[] {
  const text = readFileSync(file, 'utf8');
  const examples: Example[] = [];
  for (const comment of text.matchAll(/\/\*\*[\s\S]*?\*\//g)) {
    const lines = comment[0].replace(/\s*\*\/$/, '').split('\n');
    const firstLine = text.slice(0, comment.index).split('\n').length;
    let block: string[] | undefined;
    lines.forEach((raw, i) => {
      const line = raw.replace(/^\s*\/?\*+ ?/, '');
      const tag = /^@(\w+)\s?(.*)$/.exec(line);
      if (tag !== null) block = tag[1] === 'example' ? [tag[2] ?? ''] : undefined;
      else block?.push(line.replace(/^```\w*$/, ''));
      if (tag?.[1] === 'example') examples.push({ file, line: firstLine + i, code: '' });
      const last = examples.at(-1);
      if (block !== undefined && last !== undefined)
        examples[examples.length - 1] = { ...last, code: block.join('\n') };
    });
  }
  return examples.filter((example) => example.code.includes('// =>'));
}

const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(root, 'src', name))
  .sort();

rmSync(generated, { recursive: true, force: true });
mkdirSync(generated, { recursive: true });
// Examples read a file of flights by a relative path, as a reader would.
process.chdir(generated);
await face
  .tbl([{ date: new Date(0), delay: 5, distance: 300, origin: 'LAS', destination: 'PHL' }])
  .writeVtr('flights.vtr');

/**
 * True if everything it uses is at hand. An example about `flights` or `query`, which a reader has and a test has not,
 * illustrates; only its grammar is held.
 */
async function canRun({ file, code }: Example): Promise<boolean> {
  const own = (await import(file)) as Record<string, unknown>;
  return [...freeNames(code)].every((name) => name in own || name in face || name in globalThis);
}

const promising = await Promise.all(
  sources.flatMap(examplesOf).map(async (example) => ({ example, runs: await canRun(example) })),
);

test('an example is TypeScript, even if it cannot run here', () => {
  const broken = promising.flatMap(({ example }) => {
    const options = { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ES2022 } };
    const { diagnostics = [] } = ts.transpileModule(example.code, options);
    const place = `${relative(root, example.file)}:${example.line}`;
    return diagnostics.map(({ messageText }) => `${place} ${JSON.stringify(messageText)}`);
  });
  expect(broken).toEqual([]);
});

test('most of the examples that promise a value do run', () => {
  const running = promising.filter(({ runs }) => runs).length;
  expect(running).toBeGreaterThan(promising.length / 2);
});

test.each(
  promising
    .filter(({ runs }) => runs)
    .map(({ example }) => [`${relative(root, example.file)}:${example.line}`, example] as const),
)('%s', async (place, { file, code }) => {
  const own = (await import(file)) as Record<string, unknown>;
  const used = freeNames(code);
  const fromOwn = Object.keys(own).filter((name) => used.has(name));
  const fromFace = Object.keys(face).filter((name) => used.has(name) && !fromOwn.includes(name));
  const module = join(generated, `${place.replaceAll(/\W/g, '-')}.ts`);
  const body = [
    `import { ${fromOwn.join(', ')} } from ${JSON.stringify(file)};`,
    `import { ${fromFace.join(', ')} } from ${JSON.stringify(join(root, 'src/index.ts'))};`,
    `export default async function (promise) {\n${instrument(code)}\n}`,
  ];
  writeFileSync(module, body.join('\n'));
  const { default: run } = (await import(module)) as {
    default: (promise: (value: unknown, text: string) => void) => Promise<void>;
  };
  let promises = 0;
  await run((value, text) => {
    promises += 1;
    const shown = [inspect(value, { depth: 5, breakLength: Infinity }), String(value)].map(sameText);
    expect(shown, `${place} promises ${text}`).toContain(sameText(text));
  });
  expect(promises).toBe(code.split('// =>').length - 1);
});
