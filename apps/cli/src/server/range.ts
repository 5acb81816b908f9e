/** What a `Range` header asks for, against a file of a known size. `last` is inclusive. */
export type ByteRange =
  | { readonly kind: "whole" }
  | { readonly kind: "part"; readonly first: number; readonly last: number }
  | { readonly kind: "unsatisfiable" };

/**
 * RFC 9110 §14: one byte range, open-ended and suffix forms. A unit other than bytes and several ranges at once are
 * ignored (the whole file is the answer), as the RFC allows; an inverted range and one past the end are unsatisfiable.
 */
export function parseRange(header: string | undefined, size: number): ByteRange {
  if (header === undefined) return { kind: "whole" };
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(header);
  if (!match || (match[1] === "" && match[2] === "")) return { kind: "whole" };
  const [, from, to] = match;
  if (from === "") {
    const length = Math.min(Number(to), size);
    return length > 0 ? { kind: "part", first: size - length, last: size - 1 } : { kind: "unsatisfiable" };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  return first < size && last >= first ? { kind: "part", first, last } : { kind: "unsatisfiable" };
}
