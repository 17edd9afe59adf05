// Preloaded into a test run: whoever asks for the addon of this checkout gets the sanitized one.
'use strict';
const Module = require('node:module');
const path = require('node:path');

const root = path.resolve(__dirname, '../..');
const usual = path.join(root, 'build/native/spillway.node');
const sanitized = path.join(root, 'build/native-asan/spillway.node');

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  const file = resolve.call(this, request, ...rest);
  return file === usual ? sanitized : file;
};
