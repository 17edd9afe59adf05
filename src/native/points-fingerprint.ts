/** A hash of points by which it shows whether they are still the same. */
import { addon } from './addon.js';
import type { NativePoints } from './neighbors.js';
import type { TaskOptions } from './task.js';
import { runTask } from './task.js';

/** 32 hexadecimal digits, the same for the same shape and values wherever they lie. Cost: one pass over the values. */
export async function fingerprintPoints(points: NativePoints, options?: TaskOptions): Promise<string> {
  return (await runTask('hashing points', () => addon().hashPoints(points.object), options)) as string;
}
