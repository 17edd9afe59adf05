/** The bytes of a checkpoint file: a header that says what they are, the facts as JSON, the state, and a hash of it all. */
import { createHash } from 'node:crypto';
import type { Checkpoint } from '../../data/doors.js';
import { ByteCursor, MalformedBytes } from '../vtr/byte-cursor.js';

const magic = Uint8Array.from('SPWCKPT\n', (c) => c.charCodeAt(0));
const version = 1;
/** Magic, u32 version, u32 bytes of facts, u64 bytes of state. */
const headBytes = 24;
const hashBytes = 32;

/** Magic, u32 version, u32 and u64 lengths, facts, state, SHA-256 of all before it; little-endian. */
export function encodeCheckpoint({ identity, position, finished, state }: Checkpoint): Uint8Array {
  const text = JSON.stringify({ identity: [...identity], position: [...position], finished });
  const facts = new TextEncoder().encode(text);
  const bytes = new Uint8Array(headBytes + facts.length + state.length + hashBytes);
  const view = new DataView(bytes.buffer);
  bytes.set(magic);
  view.setUint32(8, version, true);
  view.setUint32(12, facts.length, true);
  view.setBigUint64(16, BigInt(state.length), true);
  bytes.set(facts, headBytes);
  bytes.set(state, headBytes + facts.length);
  const end = bytes.length - hashBytes;
  bytes.set(hashOf(bytes.subarray(0, end)), end);
  return bytes;
}

/** @throws MalformedBytes for anything that `encodeCheckpoint` did not write */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const cursor = new ByteCursor(bytes);
  for (const byte of magic)
    if (cursor.u8('the magic number') !== byte) throw new MalformedBytes('it is no checkpoint', 0);
  const found = cursor.u32('the version');
  if (found !== version)
    throw new MalformedBytes(`it is of version ${found}; this release reads version ${version}`, 8);
  const factBytes = cursor.u32('the length of the facts');
  const stateBytes = cursor.size('the length of the state');
  if (bytes.length !== headBytes + factBytes + stateBytes + hashBytes)
    throw new MalformedBytes(`it has ${bytes.length} bytes, not those it was written with`, 12);
  const end = bytes.length - hashBytes;
  const hash = hashOf(bytes.subarray(0, end));
  if (!hash.every((byte, i) => byte === bytes[end + i]))
    throw new MalformedBytes('its bytes are not those that were written', end);
  const facts = parseFacts(bytes.subarray(headBytes, headBytes + factBytes));
  return { ...facts, state: bytes.slice(headBytes + factBytes, end) };
}

function parseFacts(bytes: Uint8Array): Omit<Checkpoint, 'state'> {
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const { identity, position, finished } = value as Record<string, unknown>;
  if (!isEntries(identity, 'string') || !isEntries(position, 'number'))
    throw new MalformedBytes('its facts are not as they should be', headBytes);
  return {
    identity: new Map(identity as [string, string][]),
    position: new Map(position as [string, number][]),
    finished: finished === true,
  };
}

function isEntries(value: unknown, kind: 'string' | 'number'): boolean {
  return (
    Array.isArray(value) &&
    value.every(
      (entry) =>
        Array.isArray(entry) &&
        entry.length === 2 &&
        typeof entry[0] === 'string' &&
        typeof entry[1] === kind,
    )
  );
}

function hashOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest();
}
