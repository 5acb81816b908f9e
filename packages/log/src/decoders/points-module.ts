/**
 * WebAssembly of `wasm/points.wat`, assembled by wabt: 268 bytes. take-points.test.ts holds it against its source; after a
 * change there, it says what belongs here.
 */
export const pointsModule =
  "AGFzbQEAAAABDwFgCn9/f39/f39/f38BfwMCAQAFAwEAAgYLAn8BQQALfwFBAAsHIQQGbWVtb3J5AgAGcGxhY2VkAwAEbGVmdAMBBHRha2UAAAq3" +
  "AQG0AQICewF/IAj9EUH/////B/0cAyELAkAgAUUNAANAIAD9AAAAIQogCv0M////f////3////9/////f/1OIAv9O/1TBEAgBiAHNgAAIAZBBGoh" +
  "BgUgBCAK/QsAACAEQQxqIQQgACADaigAACEMIAUgDDYAACAFQQRqIQUgDCAJSiAMQYCAgPwHSHEEQCAMIQkLCyAAIAJqIQAgB0EBaiEHIAFBAWsi" +
  "AQ0ACwsgBCQAIAYkASAJCw==";
