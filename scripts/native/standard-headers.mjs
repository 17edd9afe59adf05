// Compiles the standard library's headers once per sanitized mode, so that hundreds of sources need not read them again.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './layout.mjs';
import { run } from './compile.mjs';
import { headerFlags, standardHeaders } from './toolchain.mjs';

const SOURCE = 'native/standard_headers.h';

/**
 * Puts the headers where `engineFlags` looks for them, compiled where the compiler can use that. A compiler that cannot
 * reads the text beside it.
 */
export async function prepareStandardHeaders(toolchain, mode) {
  const header = standardHeaders(mode);
  if (header === null) return;
  const target = path.join(ROOT, header);
  const text = readFileSync(path.join(ROOT, SOURCE), 'utf8');
  const flags = headerFlags(mode);
  const key = createHash('sha256')
    .update(JSON.stringify([toolchain.id, flags, text]))
    .digest('hex');
  const keyFile = `${target}.key`;
  if (existsSync(keyFile) && readFileSync(keyFile, 'utf8') === key) return;
  mkdirSync(path.dirname(target), { recursive: true });
  rmSync(`${target}.gch`, { force: true });
  writeFileSync(target, text);
  if (!toolchain.clang) {
    const temporary = `${header}.${process.pid}.tmp`;
    const { code, output } = await run(toolchain.command, [
      ...flags,
      '-x',
      'c++-header',
      header,
      '-o',
      temporary,
    ]);
    if (code !== 0) throw new Error(`the standard headers do not compile: ${output}`);
    renameSync(path.join(ROOT, temporary), `${target}.gch`);
  }
  writeFileSync(keyFile, key);
}
