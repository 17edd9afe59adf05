/** The definitions of functions and aggregates: complete, and their examples true in the engine's own kernels. */
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { typeIds } from '../../src/data/types.js';
import type { LiteralValue } from '../../src/data/literal.js';
import { Schema } from '../../src/data/schema.js';
import { aggregates } from '../../src/expr/aggregates/index.js';
import * as aggregateBuilders from '../../src/expr/aggregate-builders.js';
import { col, ifElse, lit } from '../../src/expr/builders.js';
import { ExpressionObject } from '../../src/expr/expression.js';
import type { Resolved } from '../../src/expr/expr.js';
import { functions } from '../../src/expr/functions/index.js';
import { toPhysical } from '../../src/expr/literal-type.js';
import { resolve } from '../../src/expr/resolve.js';
import type { ScalarFunction } from '../../src/expr/scalar-function.js';
import { nativeEvaluator, operationNames } from '../../src/native/evaluator.js';

const definitions: readonly (readonly [string, ScalarFunction])[] = Object.entries(functions);
const nothing = new Schema([]);

/** A value computed by the kernels, constants first. */
function valueOf(resolved: Resolved): LiteralValue {
  if (resolved.kind === 'column') throw new Error('an example has no columns');
  if (resolved.kind === 'constant') return resolved.value;
  const args = resolved.args.map((arg) => ({ value: valueOf(arg), typeId: typeIds[arg.type.kind] }));
  return nativeEvaluator.evaluate(resolved.op, args, resolved.params, typeIds[resolved.type.kind]);
}

/** The expression that an example builds. */
function built(code: string): ExpressionObject {
  const result: unknown = runInNewContext(code, { lit, ifElse });
  if (!(result instanceof ExpressionObject)) throw new Error(`${code} is no expression`);
  return result;
}

describe('a scalar function', () => {
  it('is listed under its own name', () => {
    for (const [name, definition] of definitions) expect(definition.name).toBe(name);
  });
  it.each(definitions)('%s keeps what its example promises', (name, { example }) => {
    const [code, promised] = example.split(' // => ');
    expect(code).toContain(`${name}(`);
    const resolved = resolve(built(code ?? '').expr, nothing);
    const wanted: unknown = runInNewContext(promised ?? '', { Date });
    expect(Number.isNaN(wanted)).toBe(false);
    // Dates and timestamps come as days and ticks, an int64 as bigint.
    const value = valueOf(resolved);
    const plain = typeof value === 'bigint' ? (toPhysical(value, resolved.type) ?? value) : value;
    expect(plain).toEqual(toPhysical(wanted as LiteralValue, resolved.type));
  });
  it('names an operation that the engine has', () => {
    const native = new Set(operationNames().map((signature) => signature.split('(')[0]));
    const ownNames = definitions.map(([name]) => name);
    expect(ownNames.filter((name) => !native.has(name))).toEqual([]);
    expect([...native].filter((name) => !ownNames.includes(name ?? '')).sort()).toEqual(['cast', 'filter']);
  });
  it('is documented, with a call in SQL for each of its arguments', () => {
    for (const [name, { doc, sql, arity }] of definitions) {
      expect(doc, name).toMatch(/^[A-Z−].+\.$/);
      expect(sql, name).toMatch(/\{(?:0|\*|\|\|)\}/);
      expect(arity[0], name).toBeLessThanOrEqual(arity[1]);
    }
  });
});

describe('an aggregate', () => {
  it.each(Object.entries(aggregates))('%s has a builder, and says what it is', (name, definition) => {
    expect(definition.name).toBe(name);
    expect(definition.doc).toMatch(/^[A-Z].+\.$/);
    expect(definition.example).toContain(`${name}(`);
    const builder: unknown = (aggregateBuilders as Readonly<Record<string, unknown>>)[name];
    expect(builder).toBeTypeOf('function');
    const args = [
      ...Array.from({ length: definition.arity }, () => 'a'),
      ...definition.params.map(() => 0.5),
    ];
    const made = (builder as (...args: unknown[]) => ExpressionObject)(...args);
    expect(made.expr).toMatchObject({ kind: 'aggregate', fn: name });
  });
});

it('an expression of columns is left to the query', () => {
  expect(() => resolve((col('a').add(1) as unknown as ExpressionObject).expr, nothing)).toThrow(
    'no column "a"',
  );
});
