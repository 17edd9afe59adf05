/** Metrics, for the rooms of neighbours; what is known of them stands with the data. */
export * from '../data/metric.js';
