import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drive, message, second, start } from "../../packages/log/test-support/drive.ts";
import { encode, stamp } from "../../packages/log/test-support/foxglove.ts";
import { writeLog } from "../../packages/log/test-support/write-log.ts";
import { eventually } from "./support/eventually.ts";
import { launch, openPage } from "./support/launch.ts";
import { difference, pixelsOf, type Rgb } from "./support/pixels.ts";
import { serveLog, type ServedLog } from "./support/serve.ts";
import { Workbench } from "./support/workbench.ts";

const count = 24;
const keyEvery = 8;
/** Each frame of the video is of one colour, unlike those near it. */
const colorOf = (i: number): Rgb => [(i * 97) % 256, (i * 61 + 80) % 256, (i * 151 + 160) % 256];

const codecs = [
  { format: "vp9", codec: "vp09.00.10.08" },
  { format: "av1", codec: "av01.0.04M.08" },
  { format: "h264", codec: "avc1.42001f" },
] as const;

/** Encoded by the browser itself, which is served a page of its own: WebCodecs needs a secure context. */
async function encodeVideo(page: Page, codec: string): Promise<readonly Uint8Array[] | undefined> {
  const found = await page.evaluate(
    async ({ codec: name, colors, every }) => {
      const config: VideoEncoderConfig = {
        codec: name,
        width: 64,
        height: 48,
        latencyMode: "realtime",
        ...(name.startsWith("avc1") && { avc: { format: "annexb" as const } }),
      };
      const support = await VideoEncoder.isConfigSupported(config).catch(() => undefined);
      if (!support?.supported) return undefined;
      const chunks: string[] = [];
      const encoder = new VideoEncoder({
        output: (chunk) => {
          const bytes = new Uint8Array(chunk.byteLength);
          chunk.copyTo(bytes);
          chunks.push(btoa(String.fromCharCode(...bytes)));
        },
        error: (error) => chunks.push(`failed: ${error.message}`),
      });
      encoder.configure(config);
      const canvas = new OffscreenCanvas(64, 48);
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no 2d canvas");
      for (const [i, color] of colors.entries()) {
        context.fillStyle = `rgb(${color.join(" ")})`;
        context.fillRect(0, 0, 64, 48);
        const frame = new VideoFrame(canvas, { timestamp: i * 100_000 });
        encoder.encode(frame, { keyFrame: i % every === 0 });
        frame.close();
      }
      await encoder.flush();
      encoder.close();
      return chunks;
    },
    { codec, colors: Array.from({ length: count }, (_, i) => colorOf(i)), every: keyEvery },
  );
  return found?.map((text) => new Uint8Array(Buffer.from(text, "base64")));
}

async function videoLog(path: string, format: string, frames: readonly Uint8Array[]): Promise<void> {
  const video = frames.map((data, i) => {
    const at = start + (second * BigInt(i)) / 10n + 3_000_000n;
    const fields = { timestamp: stamp(at), frame_id: "camera", format, data };
    return message("/cam/video", "CompressedVideo", at, encode("CompressedVideo", fields));
  });
  const rest = drive(count).filter(({ topic }) => topic !== "/cam/compressed");
  await writeFile(path, await writeLog([...rest, ...video].toSorted((a, b) => Number(a.logTime - b.logTime))));
}

let browser: Browser;
let dir: string;
let served: ServedLog | undefined;
beforeAll(async () => {
  browser = await launch();
  dir = await mkdtemp(join(tmpdir(), "sweepmark-video-"));
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  await rm(dir, { recursive: true, force: true });
});

/** The colour that the camera's tile shows in its middle. */
const shownColor = async (page: Page): Promise<Rgb> => {
  const pixels = await pixelsOf(page.locator('[data-camera-tile="cam"] canvas').first());
  return pixels.at(pixels.width / 2, pixels.height / 2);
};

describe("video of a camera", () => {
  it.each(codecs)(
    "shows exactly the frame that is asked for, forward, backward and by jumps: $format",
    async ({ format, codec }) => {
      const path = join(dir, `${format}.mcap`);
      await videoLog(path, "vp9", []);
      served = await serveLog(path);
      const maker = await browser.newPage();
      await maker.goto(served.url);
      const frames = await encodeVideo(maker, codec);
      await maker.close();
      await served.close();
      if (!frames) {
        console.info(`this browser does not encode ${codec}: not tested`);
        return;
      }
      expect(frames.length).toBe(count);
      await videoLog(path, format, frames);
      served = await serveLog(path);
      const { page, complaints } = await openPage(browser, served.url);
      const workbench = new Workbench(page);
      await workbench.settled();
      for (const index of [0, 1, 2, 8, 9, 8, 7, 20, 3]) {
        await workbench.goTo(index);
        await eventually(async () => difference(await shownColor(page), colorOf(index))).toBeLessThan(24);
      }
      expect(complaints).toEqual([]);
      await page.context().close();
      await served.close();
      served = undefined;
    },
  );
});
