/** What the addon hands out for native things: opaque to everyone but the addon. */

/** An object that the addon made; it knows by a hidden tag what it is. */
export interface NativeObject {
  readonly nativeObject?: never;
}
