import type { Memory } from "@sweepmark/editor";
import { timestampNs } from "@sweepmark/geometry";
import type { CameraImage } from "@sweepmark/log";
import { describe, expect, it } from "vitest";
import { Bitmaps } from "./bitmaps.ts";

const bytes = 400;

function image(): CameraImage {
  return {
    cameraId: "cam",
    topic: "/cam",
    at: timestampNs(0n),
    width: 10,
    height: 10,
    content: { kind: "encoded", mimeType: "image/jpeg", bytes: new Uint8Array() },
    worldFromCamera: undefined,
  };
}

function store(share: number) {
  let shareBytes = share;
  let reported = 0;
  let budgetChanged = (): void => undefined;
  const memory = {
    shareOf: () => shareBytes,
    report: (_use: string, _holder: object, held: number) => void (reported = held),
    onBudget(listener: () => void) {
      budgetChanged = listener;
      return () => undefined;
    },
  } as unknown as Memory;
  const decoded: CameraImage[] = [];
  const closed: CameraImage[] = [];
  const bitmaps = new Bitmaps(memory, (one) => {
    decoded.push(one);
    return Promise.resolve({ close: () => void closed.push(one) } as ImageBitmap);
  });
  const setShare = (next: number): void => {
    shareBytes = next;
    budgetChanged();
  };
  return { bitmaps, decoded, closed, setShare, reported: () => reported };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("rule 16: decoded images keep to their share", () => {
  it("one image is decoded once, for all who look at it", () => {
    const { bitmaps, decoded } = store(bytes);
    const one = image();
    const [a, b] = [bitmaps.hold(one, 1), bitmaps.hold(one, 1)];
    expect(a.bitmap).toBe(b.bitmap);
    expect(decoded).toEqual([one]);
  });

  it("a tile is content with what a large view has decoded, not the other way round", () => {
    const { bitmaps, decoded, reported } = store(2 * bytes);
    const one = image();
    const small = bitmaps.hold(one, 4);
    expect(reported()).toBe(4 * 3 * 3);
    const large = bitmaps.hold(one, 1);
    expect(large.bitmap).not.toBe(small.bitmap);
    small.release();
    const other = image();
    expect([bitmaps.hold(other, 1), bitmaps.hold(other, 4)].map(({ bitmap }) => bitmap)).toEqual(
      Array(2).fill(bitmaps.hold(other, 2).bitmap),
    );
    expect(decoded).toEqual([one, one, other]);
  });

  it("those that nobody looks at are closed beyond it, the longest unused first; those held never", async () => {
    const { bitmaps, closed, reported, decoded } = store(3 * bytes);
    const images = Array.from({ length: 5 }, image);
    const held = bitmaps.hold(images[0], 1);
    for (const each of images.slice(1)) bitmaps.hold(each, 1).release();
    await settle();
    expect(closed).toEqual([images[1], images[2]]);
    expect(reported()).toBe(3 * bytes);
    bitmaps.hold(images[3], 1).release();
    bitmaps.hold(images[1], 1).release();
    await settle();
    expect(closed.slice(2)).toEqual([images[4]]);
    expect(decoded).toHaveLength(6);
    held.release();
    held.release();
    expect(reported()).toBe(3 * bytes);
  });

  it("a smaller share, or none when the log is closed, is kept at once", async () => {
    const { bitmaps, closed, reported, setShare } = store(4 * bytes);
    const held = bitmaps.hold(image(), 1);
    for (let i = 0; i < 3; i++) bitmaps.hold(image(), 1).release();
    setShare(2 * bytes);
    await settle();
    expect([closed.length, reported()]).toEqual([2, 2 * bytes]);
    setShare(0);
    held.release();
    await settle();
    expect([closed.length, reported()]).toEqual([4, 0]);
  });
});
