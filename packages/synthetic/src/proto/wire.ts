import { messages, type FieldDeclaration, type MessageDeclaration, type Scalar } from "./declarations.ts";

/**
 * Protobuf's wire format for the declared messages, and their FileDescriptorSet. Own code, 100 lines: protobufjs builds
 * its coders with `Function`, which a page's content security policy may forbid.
 */

export type FieldValue = number | bigint | string | Uint8Array | MessageValue | readonly FieldValue[];
export interface MessageValue {
  readonly [field: string]: FieldValue;
}

const utf8 = new TextEncoder();
const byName = new Map(messages.map((message) => [message.name, message]));
const enumNames = new Set(messages.flatMap(({ name, enums }) => (enums ?? []).map((value) => `${name}.${value.name}`)));

/** A growing buffer. */
function createSink() {
  let bytes = new Uint8Array(256);
  let length = 0;
  const room = (more: number) => {
    if (length + more <= bytes.length) return;
    const grown = new Uint8Array(Math.max(bytes.length * 2, length + more));
    grown.set(bytes.subarray(0, length));
    bytes = grown;
  };
  const sink = {
    varint(value: number | bigint) {
      room(10);
      // Negative numbers take ten bytes: two's complement of 64 bits.
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest > 0x7fn; rest >>= 7n) bytes[length++] = Number(rest & 0x7fn) | 0x80;
      bytes[length++] = Number(rest);
    },
    raw(data: Uint8Array) {
      room(data.length);
      bytes.set(data, length);
      length += data.length;
    },
    bytes(data: Uint8Array) {
      sink.varint(data.length);
      sink.raw(data);
    },
    fixed32(value: number) {
      room(4);
      new DataView(bytes.buffer).setUint32(length, value, true);
      length += 4;
    },
    double(value: number) {
      room(8);
      new DataView(bytes.buffer).setFloat64(length, value, true);
      length += 8;
    },
    done: () => bytes.slice(0, length),
  };
  return sink;
}
type Sink = ReturnType<typeof createSink>;

const wireTypes: Readonly<Record<Scalar, number>> = { double: 1, int32: 0, int64: 0, fixed32: 5, string: 2, bytes: 2 };
const isScalar = (type: string): type is Scalar => type in wireTypes;

/** Bytes of a message by its full name. Throws for a field that is not declared: a bug, not bad input. */
export function encodeMessage(name: string, value: MessageValue): Uint8Array {
  const message = byName.get(name);
  if (!message) throw new Error(`no declaration of the message ${name}`);
  const sink = createSink();
  for (const [key, content] of Object.entries(value)) {
    const field = message.fields.find((candidate) => candidate.name === key);
    if (!field) throw new Error(`${name} has no field ${key}`);
    if (Array.isArray(content)) encodeList(sink, field, content as readonly FieldValue[]);
    else encodeField(sink, field, content);
  }
  return sink.done();
}

function encodeList(sink: Sink, field: FieldDeclaration, values: readonly FieldValue[]): void {
  if (values.length === 0) return;
  // proto3 packs repeated numbers.
  if (isScalar(field.type) && wireTypes[field.type] !== 2) {
    const packed = createSink();
    for (const value of values) encodeScalar(packed, field.type, value);
    sink.varint((field.number << 3) | 2);
    sink.bytes(packed.done());
  } else for (const value of values) encodeField(sink, field, value);
}

function encodeField(sink: Sink, { name, number, type }: FieldDeclaration, value: FieldValue): void {
  if (isScalar(type)) {
    sink.varint((number << 3) | wireTypes[type]);
    encodeScalar(sink, type, value);
  } else if (enumNames.has(type)) {
    sink.varint(number << 3);
    sink.varint(value as number);
  } else if (byName.has(type)) {
    sink.varint((number << 3) | 2);
    sink.bytes(encodeMessage(type, value as MessageValue));
  } else throw new Error(`the field ${name} has an undeclared type ${type}`);
}

function encodeScalar(sink: Sink, type: Scalar, value: FieldValue): void {
  if (type === "double") sink.double(value as number);
  else if (type === "fixed32") sink.fixed32(value as number);
  else if (type === "string") sink.bytes(utf8.encode(value as string));
  else if (type === "bytes") sink.bytes(value as Uint8Array);
  else sink.varint(value as number | bigint);
}

/** google.protobuf.FileDescriptorSet of a message with all it uses, dependencies first: an MCAP schema's data. */
export function describeMessage(name: string): Uint8Array {
  const needed = new Set<string>();
  const need = (type: string) => {
    const message = byName.get(type);
    if (!message || needed.has(type)) return;
    for (const field of message.fields) need(field.type);
    needed.add(type);
  };
  need(name);
  const set = createSink();
  for (const type of needed) {
    set.varint((1 << 3) | 2);
    set.bytes(fileDescriptor(byName.get(type)!));
  }
  return set.done();
}

/** Numbers of descriptor.proto: FieldDescriptorProto.Type. */
const typeNumbers: Readonly<Record<Scalar, number>> = {
  double: 1,
  int64: 3,
  int32: 5,
  fixed32: 7,
  string: 9,
  bytes: 12,
};

function fileDescriptor(message: MessageDeclaration): Uint8Array {
  const text = (sink: Sink, number: number, value: string) => {
    sink.varint((number << 3) | 2);
    sink.bytes(utf8.encode(value));
  };
  const part = (sink: Sink, number: number, value: Sink) => {
    sink.varint((number << 3) | 2);
    sink.bytes(value.done());
  };
  const whole = (sink: Sink, number: number, value: number) => {
    sink.varint(number << 3);
    sink.varint(value);
  };
  const cut = message.name.lastIndexOf(".");
  const file = createSink();
  text(file, 1, message.file);
  text(file, 2, message.name.slice(0, cut));
  const files = new Set(message.fields.flatMap(({ type }) => byName.get(type)?.file ?? []));
  for (const dependency of files) text(file, 3, dependency);
  const body = createSink();
  text(body, 1, message.name.slice(cut + 1));
  for (const field of message.fields) {
    const entry = createSink();
    text(entry, 1, field.name);
    whole(entry, 3, field.number);
    whole(entry, 4, field.repeated ? 3 : 1);
    whole(entry, 5, isScalar(field.type) ? typeNumbers[field.type] : enumNames.has(field.type) ? 14 : 11);
    if (!isScalar(field.type)) text(entry, 6, `.${field.type}`);
    part(body, 2, entry);
  }
  for (const { name, values } of message.enums ?? []) {
    const entry = createSink();
    text(entry, 1, name);
    values.forEach((value, number) => {
      const option = createSink();
      text(option, 1, value);
      whole(option, 2, number);
      part(entry, 2, option);
    });
    part(body, 4, entry);
  }
  part(file, 4, body);
  text(file, 12, "proto3");
  return file.done();
}
