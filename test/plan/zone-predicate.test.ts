/** Which conditions sources may use to skip data. */
import { expect, test } from 'vitest';
import type { Expr } from '../../src/expr/expr.js';
import { zonePredicates } from '../../src/plan/zone-predicate.js';
import { flights } from './memory-source.js';
import { c, f, lit } from './write-expr.js';

function shown(expr: Expr): string[] {
  return zonePredicates(expr, flights().schema).map(({ column, compare, values }) =>
    [column, compare, ...values.map(String)].join(' '),
  );
}

test.each<[string, Expr, string[]]>([
  ['a comparison', f('gt', c('distance'), 500), ['distance gt 500']],
  ['turned round', f('gt', 500, c('distance')), ['distance lt 500']],
  ['equality stays itself', f('eq', 500, c('distance')), ['distance eq 500']],
  ['an integer against a fraction', f('gt', c('distance'), 1.5), ['distance gt 1']],
  ['text', f('le', c('origin'), 'SFO'), ['origin le SFO']],
  ['a date, as days', f('ge', c('day'), new Date('1970-01-11')), ['day ge 10']],
  ['a timestamp, as ticks', f('lt', c('date'), '1970-01-01T00:00:01'), ['date lt 1000']],
  ['between', f('between', c('delay'), 1, 9), ['delay ge 1', 'delay le 9']],
  ['in, without its nulls', f('in', c('delay'), 1, null, 3), ['delay in 1 3']],
  ['null tests', f('isNull', c('delay')), ['delay isNull']],
  ['a boolean column', c('late'), ['late eq true']],
  ['its negation', f('not', c('late')), ['late eq false']],
  ['a prefix', f('startsWith', c('origin'), 'S'), ['origin startsWith S']],
  ['the prefix of a pattern', f('like', c('origin'), 'S\\%F_%'), ['origin startsWith S%F']],
  [
    'both sides of and',
    f('and', c('late'), f('and', f('gt', c('delay'), 1), f('gt', c('id'), c('delay')))),
    ['late eq true', 'delay gt 1'],
  ],
])('%s', (_, expr, expected) => {
  expect(shown(expr)).toEqual(expected);
});

test.each<[string, Expr]>([
  ['two columns', f('gt', c('distance'), c('delay'))],
  ['something computed', f('gt', f('add', c('distance'), 1), 500)],
  ['a column that has to be cast first', f('gt', c('day'), new Date(1))],
  ['or', f('or', f('gt', c('distance'), 1), f('lt', c('distance'), -1))],
  ['a comparison with null', f('eq', c('delay'), lit(null))],
  ['only nulls', f('in', c('delay'), null)],
  ['NaN', f('ge', c('score'), Number.NaN)],
  ['a pattern that starts with anything', f('like', c('origin'), '%SFO')],
  ['a constant', lit(false)],
])('not %s', (_, expr) => {
  expect(shown(expr)).toEqual([]);
});
