/** What users build with: methods, free functions, callbacks over rows, and what JavaScript's operators get. */
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EngineError } from '../../src/base/engine-error.js';
import { Schema } from '../../src/data/schema.js';
import * as t from '../../src/data/types.js';
import { all, corr, mean, n, nDistinct, quantile, sum } from '../../src/expr/aggregate-builders.js';
import { asc, caseWhen, coalesce, col, desc, ifElse, lit } from '../../src/expr/builders.js';
import { ExpressionObject } from '../../src/expr/expression.js';
import { fn } from '../../src/expr/fn.js';
import { functions } from '../../src/expr/functions/index.js';
import { resolve } from '../../src/expr/resolve.js';
import { runRecorded } from '../../src/expr/recording.js';
import type { Columns } from '../../src/expr/row.js';
import { columnsOf } from '../../src/expr/row.js';

interface Row {
  delay: number;
  origin: string;
  cancelled: boolean;
  then: number;
}
const schema = new Schema([
  { name: 'delay', type: t.int32, nullable: false },
  { name: 'origin', type: t.utf8, nullable: false },
  { name: 'cancelled', type: t.bool, nullable: false },
  { name: 'then', type: t.int32, nullable: false },
  { name: 'constructor', type: t.int32, nullable: false },
]);
const rows = columnsOf(schema) as Columns<Row>;
const run = (callback: (r: Columns<Row>) => unknown): unknown =>
  runRecorded(
    () => callback(rows),
    (result) => (result instanceof ExpressionObject ? [result] : []),
  );
const code = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof EngineError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
};

describe('methods', () => {
  it('build what they say', () => {
    expect(col('a').add(1).mul(2).toString()).toBe('(a + 1) * 2');
    expect(col('a').in([1, 2]).toString()).toBe('a in (1, 2)');
    expect(col('a').notIn(['x']).toString()).toBe("not a in ('x')");
    expect(col('a').between(1, 2).or(col('b').isNull()).toString()).toBe('a between 1 and 2 or b is null');
    expect(col('a').cast('timestamp(us, Europe/Vienna)').toString()).toBe(
      'cast(a as timestamp(us, Europe/Vienna))',
    );
    expect(col('name').lower().startsWith('a').toString()).toBe("startsWith(lower(name), 'a')");
  });
  it('exist for every function, as do members of fn', () => {
    for (const name of Object.keys(functions)) {
      expect(typeof (col('a') as unknown as Record<string, unknown>)[name], name).toBe('function');
      expect(typeof (fn as unknown as Record<string, unknown>)[name], name).toBe('function');
    }
  });
  it('take a missing optional argument as none', () => {
    const digits: number | undefined = undefined;
    expect(col('a').round(digits).toString()).toBe('round(a)');
    expect(fn.substr(col('a'), 2).toString()).toBe('substr(a, 2)');
  });
  it('refuse what is no value', () => {
    const given = undefined as unknown as number;
    expect(code(() => col('a').add(given))).toBe(
      'argument: add takes an expression or a value, not undefined',
    );
    expect(code(() => col('a').add(desc('b') as unknown as number))).toContain('leave .asc() or .desc() out');
    expect(code(() => col('a').in('x' as unknown as string[]))).toContain(`as in .in(['a', 'b'])`);
    expect(code(() => col('a').cast('int' as 'int8'))).toBe(
      'type: no type "int"; did you mean "int8"? types are bool, int8, int16, int32, int64, uint8, uint16, uint32, uint64, float32, float64, utf8 and 3 more',
    );
  });
});

describe('free functions', () => {
  it('choose', () => {
    expect(ifElse(col('a').gt(1), 'x', 'y').toString()).toBe("ifElse(a > 1, 'x', 'y')");
    const size = caseWhen([
      [col('a').gt(9), 'big'],
      [col('a').gt(1), 'small'],
    ]);
    expect(size.toString()).toBe("ifElse(a > 9, 'big', ifElse(a > 1, 'small', null))");
    expect(coalesce(col('a'), 0).toString()).toBe('coalesce(a, 0)');
    expect(code(() => caseWhen([]))).toContain('argument: caseWhen takes a list of pairs');
  });
  it('aggregate columns and expressions', () => {
    expect(n().toString()).toBe('n()');
    expect(sum('a', { distinct: true, where: col('b').gt(0) }).toString()).toBe(
      'sum(distinct a where b > 0)',
    );
    expect(mean(col('a').div(2)).round(1).toString()).toBe('round(mean(a / 2), 1)');
    expect(quantile('a', 0.95).toString()).toBe('quantile(a, 0.95)');
    expect(corr('a', col('b')).toString()).toBe('corr(a, b)');
    expect(nDistinct('a').gt(1).toString()).toBe('nDistinct(a) > 1');
  });
  it('refuse wrong options', () => {
    expect(code(() => quantile('a', 95))).toBe(
      'argument: p of quantile() must be a number from 0 to 1, not 95',
    );
    expect(code(() => sum('a', { distnct: true } as object))).toContain('did you mean "distinct"?');
    expect(code(() => n({ distinct: true } as object))).toContain(`nDistinct('x')`);
    expect(code(() => all((() => true) as unknown as string))).toContain('write r => all(r.x)');
  });
});

describe('a large expression', () => {
  it('has a limit of depth, not of size', () => {
    const conditions = Array.from({ length: 20_000 }, (_, i) => col('delay').eq(i));
    const [start, ...rest] = conditions;
    const wide = start?.or(...rest) as unknown as ExpressionObject;
    expect(resolve(wide.expr, schema).type.kind).toBe('bool');
    const deep = (): unknown => rest.reduce((left, right) => left.or(right), col('delay').eq(-1));
    expect(code(deep)).toContain('limit: an expression is nested deeper than 500 calls');
    const allowed = rest.slice(0, 490).reduce((left, right) => left.or(right), col('delay').eq(-1));
    expect(resolve((allowed as unknown as ExpressionObject).expr, schema).type.kind).toBe('bool');
  });
});

describe('a value that JavaScript asks for', () => {
  it('is refused with advice', () => {
    const delay = col('delay') as unknown as number;
    expect(code(() => delay > 5)).toBe(
      'plan: r.delay is an expression, not a value: write .gt(…), .add(…) and so on instead of >, + and so on',
    );
    expect(code(() => `${delay}`)).toContain('.toString() gives its text');
    expect(code(() => delay + 1)).toContain('write .eq(…), .add(…), .concat(…) instead of == and +');
  });
  it('is readable when printed', () => {
    expect(inspect({ late: col('delay').gt(15) })).toBe('{ late: [expression delay > 15] }');
  });
});

describe('a row callback', () => {
  it('may use every expression it builds', () => {
    const built = run((r) => r.delay.gt(15).and(r.origin.eq('SFO'))) as ExpressionObject;
    expect(built.expr.kind).toBe('call');
    expect(() => run((r) => r.delay.sub(r.delay))).not.toThrow();
  });
  it('may not lose one to an operator of JavaScript', () => {
    expect(code(() => run((r) => r.delay.gt(5) && r.origin.eq('SFO')))).toBe(
      'plan: r.delay.gt(5) was built but not used; did you write && for .and()?',
    );
    expect(code(() => run((r) => r.delay.gt(5).or(r.cancelled) && r.origin.eq('SFO')))).toBe(
      'plan: r.delay.gt(5).or(r.cancelled) was built but not used; did you write || for .or()?',
    );
    expect(code(() => run((r) => r.cancelled && r.delay.gt(5)))).toBe(
      'plan: r.cancelled was read but not used; did you write && for .and()?',
    );
  });
  it('forgets what was recorded when it throws', () => {
    expect(() =>
      run((r) => {
        r.delay.gt(5);
        throw new Error('own');
      }),
    ).toThrow('own');
    expect(() => run((r) => r.delay.gt(5))).not.toThrow();
  });
  it('gets unknown columns refused where they are written', () => {
    expect(code(() => run((r) => (r as unknown as Columns<{ dealy: number }>).dealy.gt(5)))).toBe(
      'plan: no column "dealy"; did you mean "delay"? columns are delay, origin, cancelled, then, constructor',
    );
  });
  it('reaches odd names by $, and is no promise', () => {
    expect(rows.$('then').gt(1).toString()).toBe('then > 1');
    expect((rows as unknown as { then: unknown }).then).toBeUndefined();
    const odd = rows as unknown as { constructor: unknown };
    expect(code(() => odd.constructor)).toBe(
      'plan: the column "constructor" is reached by r.$("constructor")',
    );
  });
  it('is a lookup for rows without a type, and cannot be assigned to', () => {
    const lookup = columnsOf(schema) as Columns<Record<string, unknown>>;
    expect(lookup('delay').gt(1).toString()).toBe('delay > 1');
    expect(code(() => lookup('dely'))).toContain('did you mean "delay"?');
    expect(code(() => Object.assign(lookup, { delay: 1 }))).toContain('use mutate or select');
  });
});

it('sort keys carry their direction', () => {
  expect(desc('a')).toMatchObject({ descending: true });
  expect(asc(lit(1))).toMatchObject({ descending: false });
});
