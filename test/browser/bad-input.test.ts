import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { cliPath } from "../../scripts/steps.mjs";
import { sharedLog } from "./support/demo.ts";
import { launch, openPage } from "./support/launch.ts";
import { smallLog } from "./support/small.ts";
import { serveBuilt, type StaticServer } from "./support/static-server.ts";
import { variantOf, type Topic } from "./support/variants.ts";
import { Workbench } from "./support/workbench.ts";

let browser: Browser;
let host: StaticServer;
let log: string;
let dir: string;
beforeAll(async () => {
  [browser, host, log, dir] = await Promise.all([
    launch(),
    serveBuilt(),
    smallLog(),
    mkdtemp(join(tmpdir(), "sweepmark-bad-")),
  ]);
});
afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
});
afterAll(async () => {
  await browser?.close();
  await host?.close();
  if (dir) await rm(dir, { recursive: true, force: true });
});

/** Writes the log and opens it in a page, by the file dialog. */
async function open(name: string, bytes: Uint8Array | string): Promise<Workbench> {
  await writeFile(join(dir, name), bytes);
  return openFile(join(dir, name));
}

async function openFile(path: string): Promise<Workbench> {
  const { page } = await openPage(browser, host.url, { width: 1024, height: 700 });
  const bench = new Workbench(page);
  await bench.choose(path);
  return bench;
}

/** `sweepmark info` on a file that was written by {@link open}. */
function info(name: string): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [cliPath, "info", join(dir, name)], (error, out, err) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out, err }),
    );
  });
}

const failure = (bench: Workbench): Promise<string> =>
  bench.page.getByRole("alert").filter({ hasText: "File" }).innerText({ timeout: 60_000 });

describe("what is no log does not open; the page and the command line say what it is", () => {
  it.each([
    {
      name: "notes.mcap",
      bytes: "Dear diary, today I drove",
      title: "Not an MCAP log",
      found: "notes.mcap is not an MCAP file: it starts with 'Dear diary, toda'.",
      hint: "Sweepmark opens MCAP logs (https://mcap.dev).",
    },
    {
      name: "drive.bag.mcap",
      bytes: "#ROSBAG V2.0\n................................",
      title: "Not an MCAP log",
      found: "it starts with '#ROSBAG V2.0', a ROS 1 bag",
      hint: "Convert it with `mcap convert FILE out.mcap`.",
    },
    {
      name: "nothing.mcap",
      bytes: "",
      title: "The file is empty",
      found: "nothing.mcap is empty (0 bytes).",
      hint: "The recording or the copy was not finished.",
    },
  ])("$name", async ({ name, bytes, title, found, hint }) => {
    const bench = await open(name, bytes);
    const words = await failure(bench);
    for (const part of [title, name, found, hint]) expect(words).toContain(part);
    // The way on is there: another file can be opened at once.
    await bench.choose(log);
    await bench.settled();

    const said = await info(name);
    expect(said.code).toBe(1);
    expect(said.err).toContain(found);
    expect(said.out).toBe("");
  });
});

it("a log that was cut off: what came before opens, with the place where it ends", async () => {
  const whole = await readFile(log);
  const bench = await open("cut.mcap", whole.subarray(0, Math.floor(whole.length * 0.6)));
  await bench.settled();
  const banner = bench.page.getByRole("status").filter({ hasText: "The log ends early." });
  expect(await banner.innerText()).toMatch(
    /The file ends early, at byte \d+, inside the record that starts at byte \d+\. \d+ messages, \d+\.\d s, before it can be read\./,
  );
  await banner.getByRole("button", { name: "See what is missing" }).click();
  expect(await bench.problems()).toContain("Copy the file again if there is a longer one");
  const frames = await bench.frameCount();
  expect(frames).toBeGreaterThan(5);
  expect(frames).toBeLessThan(20);
  // The last whole frame can be shown and labeled.
  await bench.goTo(frames - 1);
  await bench.draw();
  await bench.saved();

  const said = await info("cut.mcap");
  expect(said.out).toContain("The file ends early, at byte");
  expect(said.out).toContain(`${frames} sweeps of /lidar_top/points`);
  expect(said.code).toBe(3);
});

const foreign = sharedLog("foreign/ddad_scene_01.truncated.mcap");
it.skipIf(foreign === undefined)("a cut-off log of other software (skipped where ../shared is absent)", async () => {
  const bench = await openFile(foreign!);
  await bench.page.getByText("The log ends early.").waitFor({ timeout: 60_000 });
  expect(await bench.problems()).toContain("The file ends early, at byte 3001170");
});

describe("what is readable opens", () => {
  it("no lidar: the frames are a camera's images, and the empty view says why", async () => {
    const bench = await open("no-lidar.mcap", await variantOf(log, { topic: except("/lidar_top/points") }));
    await bench.settled();
    expect(await bench.main.getByRole("status").first().innerText()).toContain(
      "No lidar that can be read: the frames are the images of /cam_front/compressed.",
    );
    expect(await bench.problems()).toContain(
      "The log has no lidar topic that can be read; its frames are the images of '/cam_front/compressed'.",
    );
    const said = await info("no-lidar.mcap");
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/\d+ images of \/cam_front\/compressed/);
  });

  it("neither lidar nor camera: no frames, the topics that were found, and what was expected", async () => {
    const isSensor = except(
      "/lidar_top/points",
      "/cam_front/compressed",
      "/cam_left/compressed",
      "/cam_right/compressed",
    );
    const bench = await open("no-sensors.mcap", await variantOf(log, { topic: isSensor }));
    const note = bench.main.getByRole("alert");
    expect(await note.innerText({ timeout: 60_000 })).toContain("This log has no lidar or camera that can be read");
    const words = await bench.problems();
    expect(words).toContain("The log has no lidar topic that can be read; topics found:");
    expect(words).toContain("/cam_front/calibration (foxglove.CameraCalibration, protobuf)");
    expect(words).toContain("Expected: a topic of foxglove.PointCloud, sensor_msgs/PointCloud2 or LaserScan");

    const said = await info("no-sensors.mcap");
    expect(said.code).toBe(3);
    expect(said.out).toContain("The log has no lidar topic that can be read");
  });

  it("stamps and log times that are minutes apart: it asks which count, keeps the answer, and labels keep their clock", async () => {
    const name = "clocks.mcap";
    const bench = await open(name, await variantOf(log, { laterNs: 600_000_000_000n }));
    await bench.settled();
    const banner = bench.page.getByRole("status").filter({ hasText: "Clocks disagree." });
    expect(await banner.innerText()).toContain("Header stamps are 600.0 s before the log's times.");
    await banner.getByRole("button", { name: "Use log times" }).click();
    await banner.waitFor({ state: "detached" });
    await bench.settled();
    await bench.draw();
    await bench.saved();

    // Asked once, not again.
    await bench.page.reload();
    await bench.choose(join(dir, name));
    await bench.settled();
    expect(await banner.count()).toBe(0);
    expect(await bench.problems()).toContain("The log's times count, as was chosen.");

    await bench.page.keyboard.press("Control+,");
    const dialog = bench.page.getByRole("dialog");
    await dialog.getByRole("radio", { name: "Header stamps" }).click();
    expect(await dialog.innerText()).toContain("Labels were made by the other clock");
    await dialog.getByRole("button", { name: "Apply" }).click();
    const told = bench.page.getByRole("status").filter({ hasText: "Labels have their times by the log" });
    await told.waitFor();
    await told.getByRole("button", { name: "Back to their clock" }).click();
    await told.waitFor({ state: "detached" });
    await bench.draw();
    await bench.saved();
  });

  it("no transform from the lidar to anything: shown in its own axes, and it says what that means", async () => {
    const bench = await open("no-tf.mcap", await variantOf(log, { topic: except("/tf", "/tf_static") }));
    await bench.settled();
    const words = await bench.problems();
    expect(words).toContain(
      "No transform leads from the lidar's space 'lidar_top' to another one; found: no transforms at all.",
    );
    expect(words).toContain("labels are good within each frame, not over time.");
    expect(words).toMatch(/There is no transform from 'cam_front' to 'lidar_top'/);
    expect(await bench.page.locator("footer").innerText()).toMatch(/Transforms 1 of 4/);
    await bench.draw();
    await bench.saved();

    const said = await info("no-tf.mcap");
    expect(said.out).toContain("No transform leads from the lidar's space 'lidar_top'");
    expect(said.code).toBe(0);
  });

  it("a camera without calibration: its pictures are shown, and it says why nothing is drawn into them", async () => {
    const bytes = await variantOf(log, { topic: except("/cam_front/calibration") });
    const bench = await open("no-calibration.mcap", bytes);
    await bench.settled();
    const words = await bench.problems();
    expect(words).toContain("No calibration belongs to the camera of '/cam_front/compressed'; calibrations found:");
    expect(words).toContain("'/cam_left/calibration'");
    expect(words).toContain("Expected: a topic under '/cam_front'");
    expect(await bench.page.locator("[data-camera-tile]").count()).toBe(3);
    await bench.draw();
    await bench.saved();

    const said = await info("no-calibration.mcap");
    expect(said.out).toContain("No calibration belongs to the camera of '/cam_front/compressed'");
    expect(said.code).toBe(0);
  });

  it("a point cloud in an encoding that is not read: named, with what could be read", async () => {
    const bytes = await variantOf(log, {
      topic: cbor,
      message: (topic, data) => (topic === "/lidar_top/points" ? Buffer.from([0xa0]) : data),
    });
    const bench = await open("cbor.mcap", bytes);
    await bench.main.getByText("No lidar that can be read").waitFor({ timeout: 60_000 });
    const words = await bench.problems();
    expect(words).toContain(
      "'/lidar_top/points' holds lidar data as 'foxglove.PointCloud' in the encoding 'cbor' (schema: ''), which is not read.",
    );
    expect(words).toMatch(/Readable: protobuf \(protobuf\), ros1 .*\. Convert the log\./);

    const said = await info("cbor.mcap");
    expect(said.code).toBe(3);
    expect(said.out).toContain("in the encoding 'cbor'");
  });

  it("a damaged chunk: its frames say so, the others are shown", async () => {
    const bytes = Buffer.from(await variantOf(log, {}));
    bytes[Math.floor(bytes.length / 2)] ^= 0xff;
    const bench = await open("damaged.mcap", bytes);
    await bench.settled();
    expect(await bench.frameCount()).toBe(20);
    await bench.page.locator(".sweepmark-tab", { hasText: /Problems\s*\d/ }).waitFor({ timeout: 60_000 });
    expect(await bench.problems()).toMatch(/The checksum of the chunk at byte \d+ does not fit its content\./);
    await bench.goTo(0);
    await bench.draw();

    const said = await info("damaged.mcap");
    expect(said.code).toBe(3);
    expect(said.out).toContain("The checksum of the chunk at byte");
  });
});

it("hostile names and pictures: shown as they are, short, and nothing runs", async () => {
  const hostile = `/<img src=x onerror="document.title='pwned'">\u202e\u0007${"x".repeat(5000)}/points`;
  const bytes = await variantOf(log, {
    topic: (one) => (one.topic === "/lidar_top/points" ? { ...one, topic: hostile } : one),
    message: (topic, data) => {
      if (topic !== "/cam_front/compressed") return data;
      // Where the JPEG begins: it is no picture any more.
      const bad = Uint8Array.from(data);
      const at = Buffer.from(bad).indexOf(Buffer.from([0xff, 0xd8, 0xff]));
      bad.fill(0x20, at, at + 3);
      return bad;
    },
  });
  const bench = await open("hostile.mcap", bytes);
  await bench.settled();
  // The points are there before the images are read.
  await expect.poll(() => bench.problems(), { timeout: 60_000 }).toContain("Unknown image format");
  const words = await bench.problems();
  expect(words).toMatch(/An image says its format is 'jpeg', but its \d+ bytes are no JPEG, PNG or WebP\./);
  expect(words).toContain("/cam_front/compressed");
  expect(await bench.page.locator("[data-camera-tile]").count()).toBe(3);
  await bench.page.locator(".sweepmark-tab", { hasText: "Topics" }).click();
  const body = bench.page.locator("body");
  await expect.poll(() => body.innerText(), { timeout: 60_000 }).toContain("/<img src=x onerror=");
  const topics = await body.innerText();
  expect(topics).not.toMatch(/\p{Bidi_Control}|x{200}/u);
  expect(topics).not.toContain("\u0007");
  expect(await bench.page.title()).not.toContain("pwned");
  expect(await bench.page.locator("img").count()).toBe(0);
  expect(await bench.page.evaluate(() => document.documentElement.scrollWidth)).toBe(1024);
  await bench.draw();
  await bench.saved();

  const said = await info("hostile.mcap");
  expect(said.out).toContain("/<img src=x onerror=");
  expect(said.out).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
});

const except =
  (...topics: readonly string[]) =>
  (one: Topic): Topic | undefined =>
    topics.includes(one.topic) ? undefined : one;

/** The lidar topic in an encoding that is not read. */
const cbor = (one: Topic): Topic =>
  one.topic === "/lidar_top/points"
    ? { ...one, messageEncoding: "cbor", schemaEncoding: "", schemaData: new Uint8Array() }
    : one;
