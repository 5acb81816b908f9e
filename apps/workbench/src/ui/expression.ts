/**
 * What a number field accepts: a number ("8.42", "−3,2"), arithmetic with + − * / and brackets, and a change of the
 * value that is there: "+0.2", "*1.1", "/2" (a leading minus is a negative number, so "less 0.2" is "+-0.2").
 * Undefined: not a finite number.
 */
export function evaluateExpression(text: string, current: number): number | undefined {
  const plain = text
    .replaceAll("\u2212", "-")
    .replaceAll(",", ".")
    .replace(/\s*(m|°)\s*$/, "")
    .replace(/\s+/g, "");
  if (plain === "") return undefined;
  const relative = /^[+*/]/.test(plain);
  const tokens = (relative ? `${String(current)}${plain}` : plain).match(/\d+\.?\d*(?:e[+-]?\d+)?|\.\d+|[-+*/()]/gi);
  const source = relative ? `${String(current)}${plain}` : plain;
  if (!tokens || tokens.join("") !== source) return undefined;
  let at = 0;

  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value += tokens[at++] === "+" ? product() : -product();
    return value;
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === "*" || tokens[at] === "/") value = tokens[at++] === "*" ? value * factor() : value / factor();
    return value;
  };
  const factor = (): number => {
    const token = tokens[at++];
    if (token === "-") return -factor();
    if (token === "+") return factor();
    if (token === "(") {
      const value = sum();
      return tokens[at++] === ")" ? value : NaN;
    }
    return token === undefined ? NaN : Number(token);
  };

  const value = sum();
  return at === tokens.length && Number.isFinite(value) ? value : undefined;
}
