// The rooms of src/ and which may import which (type imports count), the table of the design; and no cycles anywhere.
'use strict';

/** Room → rooms it may import. `index` re-exports every room. */
const rooms = {
  base: [],
  data: ['base'],
  expr: ['base', 'data'],
  plan: ['base', 'data', 'expr'],
  native: ['base', 'data'],
  storage: ['base', 'data', 'native'],
  exec: ['base', 'data', 'expr', 'plan', 'native'],
  sql: ['base', 'data', 'expr', 'plan'],
  folds: ['base', 'data', 'expr', 'plan', 'native', 'exec'],
  query: ['base', 'data', 'expr', 'plan', 'native', 'storage', 'exec', 'sql', 'folds'],
  neighbors: ['base', 'data', 'expr', 'plan', 'native', 'storage', 'exec', 'sql', 'folds', 'query'],
  remote: ['base', 'data', 'expr', 'plan', 'sql'],
  cli: ['query', 'neighbors', 'remote', 'sql', 'folds', 'data', 'base'],
  notebook: ['query', 'neighbors', 'remote', 'sql', 'folds', 'data', 'base'],
};

const names = Object.keys(rooms);

const roomRules = names.map((room) => ({
  name: `room-${room}`,
  comment: `${room} may import ${rooms[room].join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${[room, ...rooms[room]].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: 'no-cycles',
      comment: 'modules that import each other cannot be understood one at a time',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'known-rooms',
      comment: 'a file of src/ is index.ts or lives in a room',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(index\\.ts$|(${names.join('|')})/)` },
      to: {},
    },
    {
      name: 'only-native-loads-addons',
      comment: 'the native room alone loads the addon',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/native/' },
      to: { path: '\\.node$|(^|/)build/native/' },
    },
    {
      name: 'no-dev-packages',
      comment: 'what users install has dependencies only, no devDependencies',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    {
      name: 'resolvable',
      comment: 'every import leads somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
