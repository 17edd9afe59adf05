/** Type tests: fixtures that must compile (and say themselves what must not), and the budget of the row types. */
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const fixture = (name: string): string => `${root}test/fixtures/types/${name}`;

/** A program of these fixtures, checked as the project is. */
function programOf(names: readonly string[]): ts.Program {
  const config: unknown = ts.readConfigFile(`${root}tsconfig.json`, (path) => ts.sys.readFile(path)).config;
  const { compilerOptions } = config as { readonly compilerOptions: object };
  const { options } = ts.convertCompilerOptionsFromJson({ ...compilerOptions, incremental: false }, root);
  delete options.tsBuildInfoFile;
  return ts.createProgram(names.map(fixture), options);
}

/** What is wrong in one file; only what it uses of the library is worked out. */
function errorsOf(program: ts.Program, name: string): readonly string[] {
  const file = program.getSourceFile(fixture(name));
  if (file === undefined) throw new Error(`there is no ${fixture(name)}`);
  return program.getSemanticDiagnostics(file).map((diagnostic) => {
    const line = diagnostic.file?.getLineAndCharacterOfPosition(diagnostic.start ?? 0).line ?? 0;
    return `${name}:${line + 1}: ${ts.flattenDiagnosticMessageText(diagnostic.messageText, '\n')}`;
  });
}

it('what must compile compiles, and what must not does not', () => {
  const names = [
    'columns.ts',
    'groups.ts',
    'sources.ts',
    'refused.ts',
    'folds.ts',
    'models.ts',
    'shards.ts',
    'neighbor-joins.ts',
    'annoy.ts',
    'annoy-join.ts',
  ];
  const program = programOf(names);
  expect(names.flatMap((name) => errorsOf(program, name))).toEqual([]);
});

it('a chain of twelve verbs stays within 15,000 instantiations', () => {
  const program = programOf(['budget-chain.ts']);
  expect(errorsOf(program, 'budget-chain.ts')).toEqual([]);
  const instantiations = program.getInstantiationCount();
  expect(instantiations).toBeGreaterThan(500);
  expect(instantiations).toBeLessThan(15_000);
});
