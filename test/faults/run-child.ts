/** Scripts that tests run in processes of their own, and what became of them. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly errors: string;
}

/** Path of a script in `children/`. */
export function childScript(name: string): string {
  return fileURLToPath(new URL(`children/${name}.mjs`, import.meta.url));
}

/** Waits for a process to end by itself; one that does not is killed after `timeout` milliseconds. */
export async function ended(child: ChildProcess, timeout = 60_000): Promise<Ended> {
  const texts = { out: '', errors: '' };
  child.stdout?.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (texts.errors += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), timeout);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, ...texts });
    });
  });
}

/** Runs a script of `children/` to its end. */
export async function runChild(name: string, args: readonly string[], timeout?: number): Promise<Ended> {
  return ended(spawn(process.execPath, [childScript(name), ...args]), timeout);
}

/** What a script printed as JSON; an error with all that it said if it did not end well. */
export async function jsonOfChild<T>(name: string, args: readonly string[], timeout?: number): Promise<T> {
  const { code, signal, out, errors } = await runChild(name, args, timeout);
  if (code === 0) return JSON.parse(out) as T;
  throw new Error(`${name} ended with ${String(code ?? signal)}: ${errors}${out}`);
}
