/** The ready fold `median`: exact, of all values together. */
import { aggregate as aggregateExpr, column } from '../../expr/build.js';
import { aggregate } from '../../plan/nodes/aggregate.js';
import { project } from '../../plan/nodes/project.js';
import { answerOf } from './answer-state.js';
import { argumentOf, printArguments } from './fold-arguments.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/**
 * The middle value, the mean of the two middle ones of an even number; null for none. Nulls are left out.
 *
 * Exact: all values are brought together (spilled where they exceed `memory`), so that it takes a pass of its own and
 * cannot be merged or saved. `quantileSketch` answers within a stated error from a small state.
 *
 * @example await flights.collectChunked(folds.median('delay'))
 */
export function median<const A extends FoldArgument>(of: A): ReadyFold<number | null, NamesOf<A>> {
  const args = [argumentOf(of, 'folds.median')];
  return readyFold({
    label: `median(${printArguments(args)})`,
    parts: [
      {
        kind: 'plan',
        args,
        takes: ['number or bool'],
        plan(input) {
          const values = project(input, [{ name: 'x', expr: args[0]! }]);
          return aggregate(values, [], [{ name: 'median', expr: aggregateExpr('median', [column('x')]) }]);
        },
      },
    ],
    fromStates: ([state]) => answerOf(state!),
  });
}
