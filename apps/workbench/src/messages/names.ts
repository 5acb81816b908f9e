/**
 * A name out of a log for a line of text: topics, spaces, schemas are somebody else's words. Control and direction
 * characters are shown as U+FFFD, which keeps the line's own direction; `longest` characters at most.
 */
export function plainName(name: string, longest = 120): string {
  const plain = name.slice(0, longest + 1).replace(/[\p{Cc}\p{Cf}]/gu, "\ufffd");
  return plain.length > longest ? `${plain.slice(0, longest - 1)}…` : plain;
}
