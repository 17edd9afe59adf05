/** The ready fold `distinct`: how many different values there are, exactly. */
import { aggregate as aggregateExpr, call, column } from '../../expr/build.js';
import { conjunction } from '../../plan/expressions.js';
import { aggregate } from '../../plan/nodes/aggregate.js';
import { filter } from '../../plan/nodes/filter.js';
import { project } from '../../plan/nodes/project.js';
import { EngineError } from '../../base/engine-error.js';
import { answerOf } from './answer-state.js';
import { argumentsOf, printArguments } from './fold-arguments.js';
import type { FoldArgument, NamesOf } from './fold-arguments.js';
import { readyFold } from './ready-fold.js';
import type { ReadyFold } from './ready-fold.js';

/**
 * Number of different values, or of different combinations of several; rows with a null in any of them are left out.
 * NaN is one value, −0 is 0.
 *
 * Exact: the values are brought together (spilled where they exceed `memory`), so that it takes a pass of its own and
 * cannot be merged or saved. `distinctSketch` estimates it from a small state.
 *
 * @example await flights.collectChunked(folds.distinct('origin', 'destination')) // number of routes
 */
export function distinct<const A extends readonly [FoldArgument, ...FoldArgument[]]>(
  ...of: A
): ReadyFold<number, NamesOf<A[number]>> {
  const args = argumentsOf(of, 'folds.distinct');
  if (args.length === 0) throw new EngineError('argument', 'folds.distinct takes at least one column');
  const names = args.map((_, i) => String(i));
  return readyFold({
    label: `distinct(${printArguments(args)})`,
    parts: [
      {
        kind: 'plan',
        args,
        takes: ['any'],
        plan(input) {
          const values = project(
            input,
            args.map((expr, i) => ({ name: names[i]!, expr })),
          );
          const there = conjunction(names.map((name) => call('isNotNull', [column(name)])))!;
          const different = aggregate(filter(values, there), names, []);
          return aggregate(different, [], [{ name: 'distinct', expr: aggregateExpr('n', []) }]);
        },
      },
    ],
    fromStates: ([state]) => answerOf(state!) ?? 0,
  });
}
