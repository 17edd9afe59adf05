/** The metrics that Annoy's files know, by the numbers that the engine knows them by. */

export const annoyMetricIds = Object.freeze({
  euclidean: 0,
  angular: 1,
  manhattan: 2,
  dot: 3,
  hamming: 4,
});

/**
 * How far rows are from each other: `euclidean`; `angular`, √(2 − 2 cos), from 0 to 2; `manhattan`; `dot`, the inner product
 * itself, of which more is nearer; `hamming`, how many bits differ, where a coordinate is the bit "more than 0.5".
 */
export type AnnoyMetric = keyof typeof annoyMetricIds;
