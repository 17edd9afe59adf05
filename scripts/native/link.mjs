// Links objects into the addon or a test executable, and only if one of them changed.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './layout.mjs';
import { run } from './compile.mjs';

/**
 * Links `compiled` into `output`; the file is replaced whole, so a process that has it loaded keeps the old one.
 *
 * @throws Error with the linker's words
 */
export async function link(toolchain, compiled, output, flags) {
  const key = createHash('sha256')
    .update(JSON.stringify([toolchain.id, compiled.ids, flags]))
    .digest('hex');
  const target = path.join(ROOT, output);
  const keyFile = `${target}.key`;
  if (existsSync(target) && existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return;
  mkdirSync(path.dirname(target), { recursive: true });
  const temporary = `${output}.${process.pid}.tmp`;
  const { code, output: words } = await run(toolchain.command, [
    ...compiled.objects,
    ...flags,
    '-o',
    temporary,
  ]);
  if (words !== '') process.stderr.write(words);
  if (code !== 0) throw new Error(`linking ${output} failed`);
  renameSync(path.join(ROOT, temporary), target);
  writeFileSync(keyFile, key);
  process.stderr.write(`linked ${output}\n`);
}
