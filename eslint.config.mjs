// Lint rules: TypeScript's strict type-checked set, the house's bans, no exceptions by comment.
import tseslint from 'typescript-eslint';

/** Nowhere: code made from text. */
const noCodeFromText = [{ selector: "NewExpression[callee.name='Function']", message: 'no code from text' }];

/** In the package: what would keep `require()` from loading it. The packaging test catches every other form. */
const noTopLevelAwait = [
  'Program > ExpressionStatement > AwaitExpression',
  'Program > VariableDeclaration > VariableDeclarator > AwaitExpression',
  'Program > ExportNamedDeclaration > VariableDeclaration > VariableDeclarator > AwaitExpression',
  'Program > ForOfStatement[await=true]',
].map((selector) => ({ selector, message: 'no top-level await: require() of the package would fail' }));

export default tseslint.config(
  { ignores: ['dist/', 'build/', 'prebuilds/', 'coverage/', 'node_modules/', 'test/fixtures/types/'] },
  {
    // An exception is a change of this file, seen by a reviewer.
    linterOptions: { noInlineConfig: true },
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-new-func': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      'object-shorthand': 'error',
      'max-lines': ['error', { max: 350 }],
      'no-restricted-syntax': ['error', ...noCodeFromText],
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': true, 'ts-ignore': true, 'ts-nocheck': true, 'ts-check': true },
      ],
      // A read of a typed array inside a bounds-checked loop is written a[i]!; the alternative is noise in every loop.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // What arrives from users and files is checked at run time even where the types promise it.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // The verbs' type parameters say something to a reader even where they are used once.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // apache-arrow's generic classes are structurally the same and made by factories of its own.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Every for await over an async generator that awaits nothing yet, and interfaces that must return a promise.
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/cli/**', 'src/notebook/**'],
    rules: { 'no-console': 'error' },
  },
  {
    files: ['src/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...noCodeFromText, ...noTopLevelAwait] },
  },
  {
    // Type tests state that something does not compile.
    files: ['test/**/*.ts'],
    rules: {
      '@typescript-eslint/ban-ts-comment': [
        'error',
        { 'ts-expect-error': 'allow-with-description', 'ts-ignore': true, 'ts-nocheck': true },
      ],
      '@typescript-eslint/no-unused-expressions': 'off',
      // expect's matchers are typed any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/explicit-module-boundary-types': 'off',
    },
  },
  { files: ['bench/**', 'test/bench/**', 'examples/**'], rules: { 'no-console': 'off' } },
);
