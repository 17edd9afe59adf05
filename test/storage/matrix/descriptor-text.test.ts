/** Descriptors as text: written as R writes them, read in every form that R has. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MatrixDescriptor } from '../../../src/storage/matrix/descriptor.js';
import { descriptorOfR } from '../../../src/storage/matrix/descriptor.js';
import { descriptorText, rDouble, rString } from '../../../src/storage/matrix/descriptor-text.js';
import { parseR } from '../../../src/storage/matrix/r-text.js';
import { parseRds } from '../../../src/storage/matrix/rds-reader.js';
import { descriptorRds } from '../../../src/storage/matrix/rds-writer.js';

const base: MatrixDescriptor = {
  sharedType: 'FileBacked',
  filename: 'abc.def.ghi.bin',
  dirname: './',
  totalRows: 281,
  totalCols: 281,
  rowOffset: [0, 281],
  colOffset: [0, 281],
  nrow: 281,
  ncol: 281,
  rowNames: null,
  colNames: null,
  type: 'double',
  separated: false,
};

const read = (text: string): MatrixDescriptor => descriptorOfR(parseR(text), 'a.desc');

test('lines break where those of R do', () => {
  expect(descriptorText(base)).toBe(
    'new("big.matrix.descriptor", description = list(sharedType = "FileBacked", \n' +
      '    filename = "abc.def.ghi.bin", dirname = "./", totalRows = 281L, \n' +
      '    totalCols = 281L, rowOffset = c(0, 281), colOffset = c(0, \n' +
      '    281), nrow = 281, ncol = 281, rowNames = NULL, colNames = NULL, \n' +
      '    type = "double", separated = FALSE))\n',
  );
  // The blanks at the beginning of a line count, and a line of 60 is not too long.
  const other = {
    ...base,
    filename: 'abc.def.ghij.bin',
    dirname: '06_abc-defghi/',
    totalRows: 10,
    totalCols: 15,
    rowOffset: [0, 10],
    colOffset: [0, 15],
    nrow: 10,
    ncol: 15,
    type: 'char',
  } as const;
  expect(descriptorText(other)).toBe(
    'new("big.matrix.descriptor", description = list(sharedType = "FileBacked", \n' +
      '    filename = "abc.def.ghij.bin", dirname = "06_abc-defghi/", \n' +
      '    totalRows = 10L, totalCols = 15L, rowOffset = c(0, 10), colOffset = c(0, \n' +
      '    15), nrow = 10, ncol = 15, rowNames = NULL, colNames = NULL, \n' +
      '    type = "char", separated = FALSE))\n',
  );
});

test('numbers have an exponent where that is shorter', () => {
  const shown = [0, 7, 10, 99_999, 100_000, 120_000, 123_456, 5_000_000, 25_646_934, 2 ** 31, 1e15, 1e16];
  expect(shown.map(rDouble)).toEqual(
    ['0', '7', '10', '99999', '1e+05', '120000', '123456', '5e+06', '25646934'].concat([
      '2147483648',
      '1e+15',
      '1e+16',
    ]),
  );
});

test('texts have the escapes of R', () => {
  expect(rString('a"b\\c\n\t\x01\x7fß🙂')).toBe('"a\\"b\\\\c\\n\\t\\001\\177ß🙂"');
});

test('what R reads as the same is read as the same', () => {
  const forms = [
    descriptorText(base).replaceAll('281L', '281'),
    descriptorText(base).replace(/\s+/g, ' '),
    descriptorText(base).replaceAll(',', '\n,\n  # a comment, "with" (marks\n'),
    descriptorText(base).replaceAll('"', "'"),
    descriptorText(base).replace('c(0, \n    281)', '0:281').replace('0:281', 'c(0L, 281L)'),
    descriptorText(base).replace('"abc.def.ghi.bin"', 'r"-(abc.def.ghi.bin)-"'),
    descriptorText(base).replace('"abc.def.ghi.bin"', '"\\x61b\\143.def\\u002eghi\\U{2e}bin"'),
    descriptorText(base).replace('nrow = 281', 'nrow = 2.81e2').replace('ncol = 281', 'ncol = 0x119L'),
    descriptorText(base).replace('filename =', '`filename` =').replace('dirname =', '"dirname" ='),
    descriptorText(base).replace('separated = FALSE', 'separated = F'),
    descriptorText(base).replace(
      '"big.matrix.descriptor"',
      'structure("big.matrix.descriptor", package = "bigmemory")',
    ),
    descriptorText(base).replace('rowNames = NULL', 'rowNames = character(0)'),
    descriptorText(base).replace(/^new\("big.matrix.descriptor", description = |\)\n$/g, ''),
  ];
  for (const form of forms) expect(read(form), form).toEqual(base);
});

test('bytes that a locale could not show are read as the characters they are', () => {
  const text = descriptorText({ ...base, ncol: 1, colOffset: [0, 1], colNames: ['ä'] });
  expect(read(text.replace('"ä"', '"\\303\\244"')).colNames).toEqual(['ä']);
});

test('what is left out follows from the rest', () => {
  const shorter = descriptorText(base)
    .replace('dirname = "./", ', '')
    .replace('rowOffset = c(0, 281), colOffset = c(0, \n    281), ', '')
    .replace('separated = FALSE', 'extra = list(1, "x")');
  expect(read(shorter)).toEqual({ ...base, dirname: null });
});

const refused: readonly (readonly [string, string, RegExp])[] = [
  ['"FileBacked"', '"SharedMemory"', /shared memory/],
  ['type = "double"', 'type = "complex"', /complex numbers/],
  ['type = "double"', 'type = "doubel"', /type must be char/],
  ['totalRows = 281L', 'totalRows = 280L', /rowOffset must lie within 280/],
  ['totalRows = 281L', 'totalRows = -1', /totalRows must be a count/],
  ['totalRows = 281L', 'totalRows = 1e300', /totalRows must be a count/],
  ['totalRows = 281L', 'totalRows = 9007199254740991', /more than 2\^53 bytes/],
  ['totalRows = 281L', 'totalRows = NA', /totalRows must be a count/],
  ['totalRows = 281L', 'totalRows = c(281, 3)', /totalRows must be a count/],
  ['nrow = 281', 'nrow = 3', /nrow must be 281/],
  ['rowNames = NULL', 'rowNames = c("a", "b")', /2 names for 281/],
  ['rowNames = NULL', 'rowNames = c(1, 2)', /rowNames must be texts/],
  ['separated = FALSE', 'separated = 2', /separated must be/],
  ['filename = "abc.def.ghi.bin"', 'filename = ""', /filename must be/],
  ['dirname = "./"', 'type = "double"', /"type" twice/],
  ['"big.matrix.descriptor"', '"big.matrix"', /class "big.matrix"/],
  ['separated = FALSE', 'separated = system("ls")', /system/],
  ['separated = FALSE))', 'separated = FALSE)', /expected "\)", found the end/],
  ['separated = FALSE))', 'separated = FALSE)) x', /expected the end/],
  ['"./"', '"./', /no end|expected/],
];

test.each(refused)('%s → %s is refused', (from, to, message) => {
  const text = descriptorText(base).replace(from, to);
  let error: unknown;
  try {
    read(text);
  } catch (caught) {
    error = caught;
  }
  expect(String(error)).toMatch(message);
});

const names = (count: number) =>
  fc.option(fc.array(fc.string({ unit: 'grapheme' }), { minLength: count, maxLength: count }), { nil: null });

test('every descriptor comes back from text and from bytes', () => {
  const any = fc
    .record({
      first: fc.nat(1e9),
      rows: fc.integer({ min: 1, max: 40 }),
      more: fc.nat(3e9),
      cols: fc.integer({ min: 1, max: 40 }),
      file: fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('\0')),
      type: fc.constantFrom('char', 'short', 'raw', 'integer', 'float', 'double'),
      separated: fc.boolean(),
    })
    .chain((given) => fc.tuple(fc.constant(given), names(given.rows), names(given.cols)));
  fc.assert(
    fc.property(any, ([given, rowNames, colNames]) => {
      const { first, rows, more, cols } = given;
      const descriptor: MatrixDescriptor = {
        ...base,
        filename: given.file,
        totalRows: first + rows + more,
        totalCols: cols,
        rowOffset: [first, rows],
        colOffset: [0, cols],
        nrow: rows,
        ncol: cols,
        rowNames,
        colNames,
        type: given.type,
        separated: given.separated,
      };
      expect(read(descriptorText(descriptor))).toEqual(descriptor);
      expect(descriptorOfR(parseRds(descriptorRds(descriptor)), 'a.desc')).toEqual(descriptor);
    }),
    { numRuns: 500 },
  );
});
