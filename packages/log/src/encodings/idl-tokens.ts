/** A word, a number, a punctuation mark or a quoted text of an IDL file, with its line for messages. */
export interface Token {
  readonly text: string;
  readonly kind: "name" | "number" | "text" | "mark" | "end";
  readonly line: number;
}

const pattern =
  /(?<skip>\s+|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|#[^\n]*)|(?<name>[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*|::[A-Za-z_]\w*(?:::[A-Za-z_]\w*)*)|(?<number>[-+]?(?:0[xX][\da-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)[fFdDuUlL]*)|(?<text>L?"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|'(?:[^'\\]|\\.){1,100}')|(?<mark>.)/gsy;

/** Linear in the text: a comment or text without an end goes on to the end. Comments and preprocessor lines are left out. Never fails: what is no token is a mark that no rule expects. */
export function* idlTokens(text: string, firstLine: number): Generator<Token, void> {
  let line = firstLine;
  for (const match of text.matchAll(pattern)) {
    const { skip, name, number, text: quoted } = match.groups as Readonly<Record<string, string | undefined>>;
    if (skip === undefined) {
      const kind =
        name !== undefined ? "name" : number !== undefined ? "number" : quoted !== undefined ? "text" : "mark";
      yield { text: match[0], kind, line };
    }
    for (let at = match[0].indexOf("\n"); at >= 0; at = match[0].indexOf("\n", at + 1)) line++;
  }
}
