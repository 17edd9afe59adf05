/** Every kind of job, by its type. */
import type { JobKind } from './job-kind.js';
import type { JobType } from './job-manifest.js';
import { knnGraphKind } from './kinds/knn-graph.js';
import { knnKind } from './kinds/knn.js';
import { radiusGraphKind } from './kinds/radius-graph.js';
import { radiusKind } from './kinds/radius.js';
import { snnGraphKind } from './kinds/snn-graph.js';
import { symmetricGraphKind } from './kinds/symmetric-graph.js';

const kinds: Readonly<Record<JobType, JobKind>> = {
  knn: knnKind,
  'knn-graph': knnGraphKind,
  'symmetric-graph': symmetricGraphKind,
  'snn-graph': snnGraphKind,
  radius: radiusKind,
  'radius-graph': radiusGraphKind,
};

export function jobKind(type: JobType): JobKind {
  return kinds[type];
}
