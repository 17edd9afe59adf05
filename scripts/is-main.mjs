// Whether a script was started by its name or imported by another.
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** True in the script that node was asked to run, whatever links or odd letters its path has. @param url its import.meta.url */
export function isMain(url) {
  return process.argv[1] !== undefined && realpathSync(process.argv[1]) === realpathSync(fileURLToPath(url));
}
