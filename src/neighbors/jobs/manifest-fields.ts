/** Fields of parsed JSON, taken one by one and checked: whatever a file says, only what is expected comes out. */

/** Says what is wrong with a manifest; whoever knows its path makes an EngineError of it. */
export class MalformedManifest extends Error {}

/** An object of parsed JSON that has exactly the fields that are taken from it. */
export class ManifestFields {
  readonly #fields: ReadonlyMap<string, unknown>;
  readonly #where: string;
  readonly #taken = new Set<string>();

  constructor(value: unknown, where: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new MalformedManifest(`${where} is no object`);
    this.#fields = new Map(Object.entries(value));
    this.#where = where;
  }

  take(name: string): unknown {
    if (!this.#fields.has(name)) throw new MalformedManifest(`${this.#where} has no ${name}`);
    this.#taken.add(name);
    return this.#fields.get(name);
  }

  text(name: string): string {
    const value = this.take(name);
    if (typeof value === 'string') return value;
    throw this.#bad(name, 'text', value);
  }

  /** Text without separators of paths or control characters: good as a name in a folder. */
  fileName(name: string): string {
    const value = this.text(name);
    if (value !== '' && value !== '.' && value !== '..' && !/[/\\\p{Cc}]/u.test(value)) return value;
    throw this.#bad(name, 'the name of a file', value);
  }

  /** Text that can be a path. */
  path(name: string): string {
    const value = this.text(name);
    if (value !== '' && !/\p{Cc}/u.test(value)) return value;
    throw this.#bad(name, 'a path', value);
  }

  hex(name: string): string {
    const value = this.text(name);
    if (isHash(value)) return value;
    throw this.#bad(name, '32 hexadecimal digits', value);
  }

  oneOf<T extends string>(name: string, known: readonly T[]): T {
    const value = this.take(name);
    const found = known.find((one) => one === value);
    if (found !== undefined) return found;
    throw this.#bad(name, `one of ${known.join(', ')}`, value);
  }

  whole(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
    const value = this.take(name);
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most)
      return value;
    throw this.#bad(name, `a whole number from ${least}`, value);
  }

  /** A finite number, not negative unless said so. */
  number(name: string, least = 0): number {
    const value = this.take(name);
    if (typeof value === 'number' && Number.isFinite(value) && value >= least) return value;
    throw this.#bad(name, `a number from ${least}`, value);
  }

  flag(name: string): boolean {
    const value = this.take(name);
    if (typeof value === 'boolean') return value;
    throw this.#bad(name, 'true or false', value);
  }

  list(name: string, longest: number): readonly unknown[] {
    const value = this.take(name);
    if (!Array.isArray(value)) throw this.#bad(name, 'a list', value);
    if (value.length > longest)
      throw new MalformedManifest(`${this.#where}.${name} has ${value.length} entries, at most ${longest}`);
    return value as readonly unknown[];
  }

  /** What `read` takes, or null if the field is null. */
  orNull<T>(name: string, read: () => T): T | null {
    return this.take(name) === null ? null : read();
  }

  /** No fields but those that were taken. */
  end(): void {
    for (const name of this.#fields.keys())
      if (!this.#taken.has(name))
        throw new MalformedManifest(`${this.#where} has an unknown field ${JSON.stringify(name)}`);
  }

  #bad(name: string, wanted: string, found: unknown): MalformedManifest {
    const shown = JSON.stringify(found)?.slice(0, 40) ?? String(found);
    return new MalformedManifest(`${this.#where}.${name} must be ${wanted}, not ${shown}`);
  }
}

/** Whether text is a hash as manifests have them. */
export function isHash(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{32}$/.test(text);
}
