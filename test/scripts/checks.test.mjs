/** The repository's own checks find what they are there to find. */
import { describe, expect, test } from 'vitest';
import { problemsOf } from '../../scripts/check-house.mjs';
import { addonProblems, kernelProblems } from '../../scripts/check-symbols.mjs';
import { brokenPromise, promisedLines } from '../../scripts/run-examples.mjs';
import { countTests } from '../../scripts/test-all.mjs';

describe('house rules', () => {
  const head = '/** Knows something. */\n';

  test('a file in order has no problem', () => {
    expect(problemsOf('src/data/column.ts', `${head}export const a = 1;\n`)).toEqual([]);
    expect(problemsOf('src/expr/common-type.ts', head)).toEqual([]);
    expect(problemsOf('native/engine/row_key.cc', '// Knows something.\n')).toEqual([]);
  });

  test.each([
    ['src/data/string-utils.ts', head, 'says nothing'],
    ['src/lib/column.ts', head, 'says nothing'],
    ['src/data/rowKey.ts', head, 'kebab-case'],
    ['native/engine/row-key.cc', '// Knows.\n', 'snake_case'],
    ['src/data/column.ts', 'export const a = 1;\n', 'no head'],
    ['src/data/column.ts', head + '\n'.repeat(350), '351 lines, at most 350'],
    ['src/data/column.ts', `${head}// ${'TO'}DO later\n`, 'line 2: unfinished work'],
    ['test/data/column.test.ts', `${head}test.${'on'}ly('x', f);\n`, 'a test left out'],
    ['src/data/column.ts', `${head}// @ts-${'ig'}nore\n`, 'a check silenced'],
    ['src/data/column.ts', `${head}const a = '/home/${'me'}/x';\n`, 'a path of one machine'],
  ])('%s with %j: %s', (file, text, problem) => {
    expect(problemsOf(file, text).join('\n')).toContain(problem);
  });
});

describe('symbols of the addon', () => {
  const entries = ['napi_register_module_v1', 'node_api_module_get_api_version_v1'].map((symbol) => ({
    kind: 'T',
    symbol,
  }));

  test('old versions and the entry points are fine', () => {
    const symbols = [
      { kind: 'U', symbol: 'memcpy@GLIBC_2.14' },
      { kind: 'U', symbol: 'statx@GLIBC_2.28' },
      ...entries,
    ];
    expect(addonProblems([...symbols, { kind: 'U', symbol: '_Znwm@GLIBCXX_3.4' }])).toEqual([]);
  });

  test.each(['fstat@GLIBC_2.33', '_ZSt10from_chars@GLIBCXX_3.4.29', 'f@CXXABI_1.3.13'])(
    '%s is too new',
    (symbol) => {
      expect(addonProblems([{ kind: 'U', symbol }, ...entries])).toEqual([
        expect.stringMatching(`needs ${symbol}, newer than`),
      ]);
    },
  );

  test('anything else exported, and a missing entry point, are problems', () => {
    const problems = addonProblems([{ kind: 'W', symbol: '_ZNSt6vectorIiE4sizeEv' }, entries[0]]);
    expect(problems).toEqual([
      'exports _ZNSt6vectorIiE4sizeEv',
      'does not export node_api_module_get_api_version_v1',
    ]);
  });
});

describe('symbols of a kernel', () => {
  test('local functions, one table, and what the compiler inserts are fine', () => {
    const symbols = [
      { kind: 't', symbol: '_ZN1aE' },
      { kind: 'D', symbol: 'bits_table_avx2' },
      { kind: 'U', symbol: 'memcpy' },
    ];
    expect(kernelProblems(symbols, 'bits_table_avx2')).toEqual([]);
  });

  test('inline functions for the linker to choose, libm calls and a missing table are problems', () => {
    const problems = kernelProblems(
      [
        { kind: 'W', symbol: '_ZSt3minE' },
        { kind: 'U', symbol: 'exp' },
      ],
      'bits_table_avx2',
    );
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('leaves _ZSt3minE to the linker');
    expect(problems[1]).toContain('calls exp');
    expect(problems[2]).toBe('does not define bits_table_avx2');
  });
});

describe('counting', () => {
  test.each([
    ['', 0, 1, 0],
    ['', 1, 0, 1],
    ['      Tests  44 passed (44)\n', 0, 44, 0],
    ['      Tests  2 failed | 42 passed (44)\n', 1, 42, 2],
    ['3 passed, 0 failed (avx512)\n', 0, 3, 0],
    ['      Tests  44 passed (44)\nError: unhandled\n', 1, 44, 1],
  ])('%j with exit code %d is %d passed, %d failed', (output, code, passed, failed) => {
    expect(countTests(output, code)).toEqual({ passed, failed });
  });
});

describe('promises of examples', () => {
  test('are kept in order', () => {
    const promises = promisedLines("console.log('a');\n// => a\nconsole.log('b'); // => b\n");
    expect(promises).toEqual(['a', 'b']);
    expect(brokenPromise(promises, 'a\nb\n')).toBeUndefined();
    expect(brokenPromise(promises, 'b\na\n')).toBe('b');
    expect(brokenPromise(promises, '')).toBe('a');
  });
});
