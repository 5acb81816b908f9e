import { describe, expect, it } from "vitest";
import { VertexStream } from "./vertex-stream.ts";

describe("rule 23: labels are drawn in few calls, each from one buffer", () => {
  it("a buffer that grows keeps what was there, and draws just what was added", () => {
    const stream = new VertexStream([["position", 3]], 2);
    for (let i = 0; i < 5; i++) {
      const at = stream.add(1);
      stream.data.fill(i, at, at + 3);
    }
    stream.end();
    expect([...stream.data.subarray(0, 15)]).toEqual([0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    expect(stream.geometry.drawRange).toEqual({ start: 0, count: 5 });
    stream.begin();
    stream.add(1);
    stream.end();
    expect(stream.geometry.drawRange.count).toBe(1);
  });

  it("a quad is two triangles, however large the buffer has become", () => {
    const stream = new VertexStream([["start", 3]], 4, "quads");
    for (let i = 0; i < 3; i++) stream.add(4);
    stream.end();
    const { index, drawRange } = stream.geometry;
    expect([...(index?.array ?? [])].slice(0, drawRange.count)).toEqual([
      0, 1, 2, 0, 2, 3, 4, 5, 6, 4, 6, 7, 8, 9, 10, 8, 10, 11,
    ]);
  });

  it("the GPU's buffer goes when another one takes its place", () => {
    const stream = new VertexStream([["position", 3]], 1);
    const before = stream.geometry;
    let disposed = 0;
    before.addEventListener("dispose", () => disposed++);
    stream.add(2);
    expect(stream.geometry).not.toBe(before);
    expect(disposed).toBe(1);
  });
});
