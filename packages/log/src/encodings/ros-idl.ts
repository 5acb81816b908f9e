import type { SchemaRecord } from "../mcap/records.ts";
import { quote } from "../problem.ts";
import {
  badSchema,
  maxDefinitions,
  maxFields,
  plainTypeName,
  type Definition,
  type Definitions,
  type FieldType,
  type Multiplicity,
  type Primitive,
} from "./definition.ts";
import { idlTokens, type Token } from "./idl-tokens.ts";

/** OMG IDL 4.2, 7.4.1.4.4.2; `char` is a byte in ROS, and `long double` is nobody's. */
const primitives: Readonly<Record<string, Primitive>> = {
  boolean: "bool",
  octet: "uint8",
  char: "uint8",
  int8: "int8",
  uint8: "uint8",
  short: "int16",
  int16: "int16",
  "unsigned short": "uint16",
  uint16: "uint16",
  long: "int32",
  int32: "int32",
  "unsigned long": "uint32",
  uint32: "uint32",
  "long long": "int64",
  int64: "int64",
  "unsigned long long": "uint64",
  uint64: "uint64",
  float: "float32",
  double: "float64",
  string: "string",
  wstring: "wstring",
};

/** A type as it is written: named types are looked for when all are known, from `scope` outwards. */
type WrittenType = { readonly primitive: Primitive } | { readonly typeName: string; readonly scope: string };

interface Written {
  readonly name: string;
  readonly type: WrittenType;
  readonly multiplicity: Multiplicity;
}

const one: Multiplicity = { kind: "one" };

/** All of a message's files have some hundred KB at most; what looks for tokens must not be led through megabytes. */
const maxIdlBytes = 1024 * 1024;
/** Braces in braces, sequences in sequences. */
const maxNesting = 16;

/**
 * The structures of a ros2idl schema: the part of IDL that rosidl writes (modules, structs, typedefs, enums, constants,
 * annotations), each file after a line "IDL: name". Unions and optional members are refused where they are needed.
 */
export function parseIdl(schema: SchemaRecord): Definitions {
  if (schema.data.length > maxIdlBytes) {
    throw badSchema(schema.name, `it has ${schema.data.length} bytes of IDL; the limit is ${maxIdlBytes}`);
  }
  const parser = new IdlParser(schema.name);
  let line = 1;
  for (const part of new TextDecoder().decode(schema.data).split(/^(?=={3,}\s*$)/m)) {
    // The separator and the name above each file are no IDL.
    const body = part.replace(/^(={3,}|IDL:).*$/gm, "");
    parser.parseFile(idlTokens(body, line));
    line += part.split("\n").length - 1;
  }
  return parser.resolve(plainTypeName(schema.name));
}

class IdlParser {
  readonly #schema: string;
  readonly #structs = new Map<string, Written[]>();
  readonly #typedefs = new Map<string, Written>();
  readonly #enums = new Set<string>();
  readonly #constants = new Map<string, number>();
  #tokens: Iterator<Token, void> = [][Symbol.iterator]();
  #next: Token = { text: "", kind: "end", line: 0 };
  #fieldCount = 0;

  constructor(schema: string) {
    this.#schema = schema;
  }

  #fail(what: string) {
    return badSchema(this.#schema, what);
  }

  #advance(): Token {
    const token = this.#next;
    const result = this.#tokens.next();
    this.#next = result.done ? { text: "the end", kind: "end", line: token.line } : result.value;
    return token;
  }

  #is(text: string): boolean {
    return this.#next.text === text && this.#next.kind !== "text" && this.#next.kind !== "end";
  }

  #accept(text: string): boolean {
    const found = this.#is(text);
    if (found) this.#advance();
    return found;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected(`'${text}'`);
  }

  #name(): string {
    if (this.#next.kind !== "name") throw this.#unexpected("a name");
    return this.#advance().text;
  }

  #unexpected(wanted: string) {
    const { text, kind, line } = this.#next;
    return this.#fail(`line ${line} has ${kind === "end" ? text : quote(text)}, expected ${wanted}`);
  }

  parseFile(tokens: Iterator<Token, void>): void {
    this.#tokens = tokens;
    this.#advance();
    while (this.#next.kind !== "end") this.#definition([]);
  }

  #definition(scope: readonly string[]): void {
    this.#annotations();
    const path = (name: string): string => plainTypeName([...scope, name].join("::"));
    if (this.#accept("module")) {
      const name = this.#name();
      if (scope.length >= maxNesting) throw this.#fail(`its modules nest deeper than ${maxNesting}`);
      this.#expect("{");
      while (!this.#accept("}")) this.#definition([...scope, name]);
    } else if (this.#accept("struct")) {
      this.#struct(scope);
    } else if (this.#accept("enum")) {
      this.#enums.add(path(this.#name()));
      this.#skipBraces();
    } else if (this.#accept("typedef")) {
      for (const typedef of this.#declarators(scope)) this.#typedefs.set(path(typedef.name), typedef);
    } else if (this.#accept("const")) {
      this.#type(scope);
      const name = this.#name();
      this.#expect("=");
      const value = this.#advance();
      if (value.kind === "number") this.#constants.set(name, Number.parseInt(value.text));
      while (!this.#is(";") && this.#next.kind !== "end") this.#advance();
    } else if (this.#accept("union")) {
      while (!this.#is("{") && this.#next.kind !== "end") this.#advance();
      this.#skipBraces();
    } else {
      throw this.#unexpected("a module, struct, enum, typedef, const or union");
    }
    this.#expect(";");
  }

  /** Returns whether one of them is `@optional`. */
  #annotations(): boolean {
    let optional = false;
    while (this.#accept("@")) {
      optional = this.#name() === "optional" || optional;
      if (!this.#accept("(")) continue;
      for (let depth = 1; depth > 0; this.#advance()) {
        if (this.#is("(")) depth++;
        else if (this.#is(")")) depth--;
        else if (this.#next.kind === "end") throw this.#unexpected("')'");
      }
    }
    return optional;
  }

  #skipBraces(depth = 0): void {
    this.#expect("{");
    if (depth > maxNesting) throw this.#fail(`its braces nest deeper than ${maxNesting}`);
    while (!this.#accept("}")) {
      if (this.#is("{")) this.#skipBraces(depth + 1);
      else if (this.#next.kind === "end") throw this.#unexpected("'}'");
      else this.#advance();
    }
  }

  #struct(scope: readonly string[]): void {
    const name = this.#name();
    const fields: Written[] = [];
    if (this.#is(":")) throw this.#fail(`the struct ${quote(name)} inherits from another one, which is not read`);
    this.#expect("{");
    while (!this.#accept("}")) {
      if (this.#annotations()) throw this.#fail(`the struct ${quote(name)} has an optional member, which is not read`);
      fields.push(...this.#declarators([...scope, name]));
      this.#expect(";");
    }
    this.#structs.set(plainTypeName([...scope, name].join("::")), fields);
    this.#fieldCount += fields.length;
    if (this.#structs.size > maxDefinitions || this.#fieldCount > maxFields) {
      throw this.#fail(`it holds more than ${maxDefinitions} types or ${maxFields} fields`);
    }
  }

  /** A type and the names that have it, perhaps as arrays. */
  #declarators(scope: readonly string[]): Written[] {
    const { type, multiplicity } = this.#type(scope);
    const found: Written[] = [];
    do {
      const name = this.#name();
      let count: number | undefined;
      while (this.#accept("[")) {
        count = (count ?? 1) * this.#size();
        this.#expect("]");
      }
      if (count === undefined) found.push({ name, type, multiplicity });
      else if (multiplicity.kind === "one") found.push({ name, type, multiplicity: { kind: "fixed", count } });
      else throw this.#fail(`${quote(name)} is an array of sequences, which is not read`);
    } while (this.#accept(","));
    return found;
  }

  #size(): number {
    const { text, kind, line } = this.#advance();
    const size = kind === "number" ? Number.parseInt(text) : this.#constants.get(text.slice(text.lastIndexOf(":") + 1));
    if (size === undefined || !(size >= 0)) throw this.#fail(`line ${line} has ${quote(text)}, expected a size`);
    return size;
  }

  #type(scope: readonly string[], depth = 0): { readonly type: WrittenType; readonly multiplicity: Multiplicity } {
    let word = this.#name();
    if (word === "sequence") {
      this.#expect("<");
      if (depth > maxNesting) throw this.#fail(`its sequences nest deeper than ${maxNesting}`);
      const element = this.#type(scope, depth + 1);
      const most = this.#accept(",") ? this.#size() : Infinity;
      this.#expect(">");
      if (element.multiplicity.kind !== "one") throw this.#fail("it holds sequences of sequences, which are not read");
      return { type: element.type, multiplicity: { kind: "list", most } };
    }
    if (word === "unsigned") word += ` ${this.#name()}`;
    if (word.endsWith("long") && (this.#is("long") || this.#is("double"))) word += ` ${this.#name()}`;
    if ((word === "string" || word === "wstring") && this.#accept("<")) {
      this.#size();
      this.#expect(">");
    }
    if (Object.hasOwn(primitives, word)) return { type: { primitive: primitives[word] }, multiplicity: one };
    return { type: { typeName: word, scope: scope.join("::") }, multiplicity: one };
  }

  resolve(root: string): Definitions {
    const byName = new Map<string, Definition>();
    for (const [name, fields] of this.#structs) {
      const resolved = fields.map((field) => ({ name: field.name, ...this.#resolved(field, 0) }));
      byName.set(name, { name, fields: resolved });
    }
    if (!byName.has(root)) throw this.#fail(`it does not hold the struct ${quote(root)}`);
    return { root, byName };
  }

  #resolved(written: Written, depth: number): { readonly type: FieldType; readonly multiplicity: Multiplicity } {
    const { type, multiplicity, name } = written;
    if ("primitive" in type) return { type, multiplicity };
    // A name is looked for where it is said, then outwards.
    for (let scope = type.scope; ; scope = scope.slice(0, Math.max(0, scope.lastIndexOf("::")))) {
      const full = plainTypeName(type.typeName.startsWith("::") ? type.typeName : `${scope}::${type.typeName}`);
      if (/^builtin_interfaces\/Time$/.test(full)) return { type: { primitive: "time" }, multiplicity };
      if (/^builtin_interfaces\/Duration$/.test(full)) return { type: { primitive: "duration" }, multiplicity };
      if (this.#structs.has(full)) return { type: { struct: full }, multiplicity };
      if (this.#enums.has(full)) return { type: { primitive: "uint32" }, multiplicity };
      const typedef = this.#typedefs.get(full);
      if (typedef && depth < maxNesting) {
        const target = this.#resolved(typedef, depth + 1);
        if (multiplicity.kind === "one") return target;
        if (target.multiplicity.kind === "one") return { type: target.type, multiplicity };
        throw this.#fail(`the member ${quote(name)} is an array of arrays, which is not read`);
      }
      if (scope === "") break;
    }
    throw this.#fail(`the member ${quote(name)} has the type ${quote(type.typeName)}, which it does not hold`);
  }
}
