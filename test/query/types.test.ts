/** Type tests: fixtures that must compile (and say themselves what must not), and the budget of the row types. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const fixture = (name: string): string => `${root}test/fixtures/types/${name}`;

/** Checks one file as the project is checked; only what it uses of the library is worked out. */
function check(name: string): { readonly errors: readonly string[]; readonly instantiations: number } {
  const config: unknown = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)).config;
  const { compilerOptions } = config as { readonly compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson({ ...compilerOptions, incremental: false }, root);
  delete options.tsBuildInfoFile;
  const program = ts.createProgram([fixture(name)], options);
  const errors = program.getSemanticDiagnostics(program.getSourceFile(fixture(name))).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
    return `${name}:${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
  });
  return { errors, instantiations: program.getInstantiationCount() };
}

it.each(['columns.ts', 'groups.ts', 'refused.ts'])('%s holds', (name) => {
  expect(check(name).errors).toEqual([]);
});

it('a chain of twelve verbs stays within 15,000 instantiations', () => {
  const { errors, instantiations } = check('budget-chain.ts');
  expect(errors).toEqual([]);
  expect(instantiations).toBeGreaterThan(500);
  expect(instantiations).toBeLessThan(15_000);
});
