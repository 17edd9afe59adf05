// Which files are compiled, into which object, with which flags: the list that a build works through.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BUILD, ROOT, filesBelow } from './layout.mjs';
import { bindingFlags, engineFlags, isaVariants, kernelFlags, thirdPartyFlags } from './toolchain.mjs';

/** @typedef {{ source: string, object: string, flags: string[], language: 'c' | 'c++' }} Unit */

/** Tests that exercise threads; only these run under ThreadSanitizer. */
const THREADED_TEST = /^(pool|query|pipeline|parallel)_/;

function unit(source, mode, flags, language = 'c++') {
  return { source, object: `${BUILD}/obj/${mode}/${source.replaceAll('../', '')}.o`, flags, language };
}

/** zstd, lz4: from the packages' C sources, never from a system library. */
export function thirdPartyUnits() {
  const zstd = 'node_modules/zstd-napi/deps/zstd/lib';
  const sources = [
    ...['common', 'compress', 'decompress'].flatMap((part) => filesBelow(`${zstd}/${part}`, '.c')),
    ...['lz4.c', 'lz4hc.c'].map((name) => `node_modules/lz4/deps/lz4/lib/${name}`),
  ];
  if (sources.length < 20) {
    throw new Error('the sources of zstd and lz4 are missing from node_modules: run `npm ci` first');
  }
  return sources.map((source) => unit(source, 'third-party', thirdPartyFlags(), 'c'));
}

function writeIfChanged(file, text) {
  const absolute = path.join(ROOT, file);
  try {
    if (readFileSync(absolute, 'utf8') === text) return;
  } catch {
    mkdirSync(path.dirname(absolute), { recursive: true });
  }
  writeFileSync(absolute, text);
}

/**
 * One generated source for each kernel and instruction set; it only includes the kernel's `.inc`. Under ThreadSanitizer
 * the baseline is the one that is watched, and run: the others are the release's own objects.
 */
export function kernelUnits(mode) {
  return filesBelow('native/kernels', '.inc').flatMap((inc) => {
    const name = inc.slice('native/'.length, -'.inc'.length);
    return isaVariants().map((isa) => {
      const source = `${BUILD}/generated/${name}.${isa}.cc`;
      writeIfChanged(source, `// Generated: the ${isa} variant of ${inc}.\n#include "${name}.inc"\n`);
      const watched = mode !== 'tsan' || isa === 'base';
      return unit(source, mode, kernelFlags(watched ? mode : 'release', isa));
    });
  });
}

/** Everything that builds without Node: kernels' dispatch, format, engine, neighbors, annoy. */
export function coreUnits(mode) {
  const sources = ['kernels', 'format', 'engine', 'neighbors', 'annoy'].flatMap((room) =>
    filesBelow(`native/${room}`, '.cc'),
  );
  return [...kernelUnits(mode), ...sources.map((source) => unit(source, mode, engineFlags(mode)))];
}

/** The door to Node, and what lets it open on older systems. */
export function bindingUnits(mode) {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const sources = ['native/abi_floor.cc', ...filesBelow('native/bindings', '.cc')];
  return sources.map((source) => unit(source, mode, bindingFlags(mode, version)));
}

/** Test sources of a mode; `tsan` takes only the tests whose name says that they use threads. */
export function testUnits(mode) {
  return filesBelow('native/test', '.cc')
    .filter((source) => {
      const name = path.posix.basename(source);
      return mode !== 'tsan' || !name.endsWith('_test.cc') || THREADED_TEST.test(name);
    })
    .map((source) => unit(source, mode, engineFlags(mode)));
}

/** The source of one C++ microbenchmark, always optimised. */
export function benchUnit(name) {
  return unit(`native/bench/${name}_bench.cc`, 'release', engineFlags('release'));
}
