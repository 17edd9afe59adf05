/** Which of the valid names a mistyped one may have meant, by Damerau–Levenshtein distance. */

const LONGEST_COMPARED = 80;

/**
 * Edits from `a` to `b`: insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).
 * Cost O(|a|·|b|).
 *
 * @example editDistance('tmie', 'time') // => 1
 */
export function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  let before = new Int32Array(width);
  let previous = Int32Array.from({ length: width }, (_, i) => i);
  let current = new Int32Array(width);
  for (let i = 1; i <= a.length; i++) {
    current[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min(previous[j]! + 1, current[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      const swapped =
        i > 1 &&
        j > 1 &&
        a.charCodeAt(i - 1) === b.charCodeAt(j - 2) &&
        a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, before[j - 2]! + 1);
      current[j] = cost;
    }
    [before, previous, current] = [previous, current, before];
  }
  return previous[b.length]!;
}

/**
 * The valid names nearest to `name`, nearest first, at most three; names that differ only in case count as very near.
 * A name is near if at most a third of its letters (and at least one) have to change.
 *
 * @example nearNames('tmie', ['day', 'time', 'delay']) // => ['time']
 */
export function nearNames(name: string, valid: Iterable<string>): string[] {
  if (name.length > LONGEST_COMPARED) return [];
  const lower = name.toLowerCase();
  const found: { candidate: string; distance: number }[] = [];
  for (const candidate of valid) {
    if (candidate === name || candidate.length > LONGEST_COMPARED) continue;
    const allowed = Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
    if (Math.abs(name.length - candidate.length) > allowed) continue;
    const distance = editDistance(lower, candidate.toLowerCase());
    // A one-letter name is near every other one; only case may differ there.
    const sharesNothing = distance >= Math.min(name.length, candidate.length);
    if (distance <= allowed && !(distance > 0 && sharesNothing)) found.push({ candidate, distance });
  }
  found.sort((x, y) => x.distance - y.distance);
  return found.slice(0, 3).map((entry) => entry.candidate);
}

/**
 * The tail of an unknown-name message: the near names if any, then the valid ones (the first twelve).
 *
 * @param plural what the names are: `columns`, `functions`, `options`
 * @example didYouMean('tmie', ['day', 'time'], 'columns') // => '; did you mean "time"? columns are day, time'
 */
export function didYouMean(name: string, valid: readonly string[], plural: string): string {
  const near = nearNames(name, valid).map((candidate) => JSON.stringify(candidate));
  const question = near.length === 0 ? '' : ` did you mean ${near.join(' or ')}?`;
  if (valid.length === 0) return `; there are no ${plural}`;
  const shown = valid.slice(0, 12).join(', ');
  const more = valid.length > 12 ? ` and ${valid.length - 12} more` : '';
  return `;${question} ${plural} are ${shown}${more}`;
}
