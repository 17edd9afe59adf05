// Packs the package as it would be published, and uses the packed copy as its users do: import, require, types.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { platformName } from './native/platform-name.mjs';
import { ROOT } from './native/layout.mjs';

const WORK = path.join(ROOT, 'build/package');
const INSTALLED = path.join(WORK, 'node_modules/spillway');

/** What may be published; anything else is a mistake. */
const ALLOWED = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|THIRD-PARTY-NOTICES\.md)$/,
  /^dist\/([a-z0-9-]+\/)*[a-z0-9-]+\.(js|d\.ts)$/,
  /^prebuilds\/[a-z0-9]+(-[a-z0-9]+)+\/spillway\.node$/,
];

function run(command, args, cwd = WORK) {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 26 });
  return { code: result.status ?? 1, output: `${result.stdout}${result.stderr}`, stdout: result.stdout };
}

function pack() {
  rmSync(WORK, { recursive: true, force: true });
  mkdirSync(INSTALLED, { recursive: true });
  const packed = run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', WORK], ROOT);
  if (packed.code !== 0) throw new Error(`npm pack failed: ${packed.output}`);
  const [description] = JSON.parse(packed.stdout);
  const tarball = path.join(WORK, description.filename);
  const extracted = run('tar', ['-xzf', tarball, '--strip-components=1', '-C', INSTALLED]);
  if (extracted.code !== 0) throw new Error(`tar failed: ${extracted.output}`);
  return description;
}

/** Each check is a name and a function that returns what is wrong, or nothing. */
function contentsChecks(description) {
  const files = description.files.map((file) => file.path);
  const needed = [
    'package.json',
    'README.md',
    'LICENSE',
    'THIRD-PARTY-NOTICES.md',
    'dist/index.js',
    'dist/index.d.ts',
  ];
  needed.push(`prebuilds/${platformName()}/spillway.node`);
  return [
    [
      'only allowed files',
      () => files.filter((file) => !ALLOWED.some((pattern) => pattern.test(file))).join(', '),
    ],
    ['nothing missing', () => needed.filter((file) => !files.includes(file)).join(', ')],
    [
      'nothing runs at install',
      () => {
        const { scripts } = JSON.parse(readFileSync(path.join(INSTALLED, 'package.json'), 'utf8'));
        const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepublish', 'dependencies'];
        return hooks.filter((hook) => hook in scripts).join(', ');
      },
    ],
    [
      'the binary is stripped',
      () => (run('nm', [path.join(INSTALLED, needed.at(-1))]).stdout === '' ? '' : 'nm lists symbols'),
    ],
  ];
}

function useChecks() {
  const probe = "if (typeof m.EngineError !== 'function') throw new Error('EngineError is not exported')";
  const loader = path.join(INSTALLED, 'dist/native/load.js');
  const evaluate = (flags, code) => {
    const { code: status, output } = run(process.execPath, [...flags, '-e', code]);
    return status === 0 ? '' : output;
  };
  return [
    ['import works', () => evaluate(['--input-type=module'], `const m = await import('spillway'); ${probe}`)],
    ['require works', () => evaluate(['--input-type=commonjs'], `const m = require('spillway'); ${probe}`)],
    [
      'package.json can be read',
      () => evaluate(['--input-type=commonjs'], `require('spillway/package.json').version.length`),
    ],
    [
      'the prebuilt binary loads',
      () =>
        evaluate(
          ['--input-type=module'],
          `const { loadAddon } = await import(${JSON.stringify(loader)}); loadAddon();
           const report = process.report.getReport().sharedObjects.filter((file) => file.endsWith('spillway.node'));
           if (!report.every((file) => file.includes('prebuilds'))) throw new Error('loaded ' + report);`,
        ),
    ],
  ];
}

/** The same consumer under each way that compilers look for types. */
function typeChecks() {
  const consumer =
    "import { EngineError } from 'spillway';\nexport const code: string = new EngineError('io', 'x').code;\n";
  writeFileSync(
    path.join(WORK, 'consumer.ts'),
    `${consumer}// @ts-expect-error there is no such code\nnew EngineError('nope', 'x');\n`,
  );
  const ways = [
    ['node10', { module: 'CommonJS', moduleResolution: 'node10', ignoreDeprecations: '6.0' }],
    ['NodeNext', { module: 'NodeNext', moduleResolution: 'NodeNext' }],
    ['bundler', { module: 'ESNext', moduleResolution: 'bundler' }],
  ];
  return ways.map(([name, options]) => [
    `types resolve with ${name}`,
    () => {
      const project = path.join(WORK, `tsconfig.${name}.json`);
      const shared = {
        strict: true,
        noEmit: true,
        target: 'ES2022',
        lib: ['ES2023', 'ESNext.Disposable'],
        types: ['node'],
      };
      const typeRoots = [path.join(ROOT, 'node_modules/@types')];
      const compilerOptions = { ...shared, typeRoots, skipLibCheck: false, ...options };
      writeFileSync(project, JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
      const compiler = path.join(ROOT, 'node_modules/typescript/bin/tsc');
      const { code, output } = run(process.execPath, [compiler, '-p', project]);
      return code === 0 ? '' : output;
    },
  ]);
}

function main() {
  if (!existsSync(path.join(ROOT, 'prebuilds', platformName(), 'spillway.node'))) {
    throw new Error('no prebuilt binary: run npm run build:prebuild and npm run build:ts first');
  }
  const description = pack();
  let failed = 0;
  const checks = [...contentsChecks(description), ...useChecks(), ...typeChecks()];
  for (const [name, check] of checks) {
    const problem = check();
    process.stdout.write(
      `${problem === '' ? 'ok  ' : 'FAIL'} ${name}${problem === '' ? '' : `: ${problem}`}\n`,
    );
    if (problem !== '') failed += 1;
  }
  const { size, unpackedSize } = description;
  process.stdout.write(
    `${Math.round(size / 1024)} KiB packed, ${Math.round(unpackedSize / 1024)} KiB unpacked\n`,
  );
  process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
  if (failed > 0) process.exitCode = 1;
}

try {
  main();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
