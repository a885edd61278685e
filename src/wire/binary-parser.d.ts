// binary-parser ships its types beside its CommonJS build only; nodenext resolves the ES build and finds none.
declare module 'binary-parser' {
  export * from 'binary-parser/dist/binary_parser.js';
}
