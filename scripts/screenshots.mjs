// Makes docs/screenshots/*.png: the workbench on the demo log, labelled with the simulator's truth.
// `node scripts/screenshots.mjs`
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { register } from "tsx/esm/api";
import { ensureBuilt } from "./build.mjs";
import { ensureDemo } from "./demo.mjs";
import { encodeIndexedPng } from "./png.mjs";
import { root, step } from "./steps.mjs";

register();
const { encodeJournalLine } = await import("@sweepmark/document");
const { invert, transformPoint } = await import("@sweepmark/geometry");
const { parseLabelFile } = await import("@sweepmark/schema");
const { launch, openPage } = await import("../test/browser/support/launch.ts");
const { listen } = await import("../apps/cli/src/server/listen.ts");

const frame = 46;
const folder = join(root, "docs/screenshots");

await ensureBuilt();
const demo = await ensureDemo();
const truth = parseLabelFile(readFileSync(demo.replace(/\.mcap$/, ".truth.json"), "utf8"));
const dir = mkdtempSync(join(tmpdir(), "sweepmark-screenshots-"));
const logPath = join(dir, "demo.mcap");
symlinkSync(demo, logPath);
writeLabels(`${logPath}.sweepmark`);
// A copy, so that a build meanwhile does not take the page's files away.
const workbenchDir = join(dir, "dist");
cpSync(join(root, "apps/workbench/dist"), workbenchDir, { recursive: true });

const server = await listen({ logPath, workbenchDir, dataDir: dir }, undefined);
const browser = await launch();
try {
  mkdirSync(folder, { recursive: true });
  const track = nearestMovingCar();
  const at = `${server.url}?frame=${frame}&track=${encodeURIComponent(track)}`;
  await picture("overview", at, { width: 1600, height: 1000, theme: "dark" });
  await picture("light", at, { width: 1280, height: 800, theme: "light" });
  await picture("birds-eye", at, { width: 1280, height: 800, theme: "dark" }, async (page) => {
    await page.keyboard.press("b");
    await page.mouse.move(522, 400);
    await page.mouse.wheel(0, 500);
  });
  await picture("camera", at, { width: 1280, height: 800, theme: "dark" }, async (page) => {
    await page.keyboard.press("x");
    await page.locator('[data-camera-tile="cam_front"] button').click();
  });
} finally {
  await browser.close();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
}

/** The truth as a person would have said it: moving objects every tenth frame, and where they come and go. */
function writeLabels(labels) {
  const stamps = truth.scene.frames.filter(({ index }) => index % 10 === 0).map(({ at }) => at);
  const ends = new Map();
  for (const record of truth.records) {
    if (record.kind !== "keyframe") continue;
    const { first = record.at, last = record.at } = ends.get(record.trackId) ?? {};
    ends.set(record.trackId, {
      first: record.at < first ? record.at : first,
      last: record.at > last ? record.at : last,
    });
  }
  const kept = truth.records.filter((record) => {
    if (record.kind !== "keyframe" || record.cuboid === null || stamps.includes(record.at)) return true;
    const { first, last } = ends.get(record.trackId);
    return record.at === first || record.at === last;
  });
  mkdirSync(labels);
  writeFileSync(join(labels, "scene.json"), JSON.stringify({ ...truth.scene, frames: [] }));
  writeFileSync(
    join(labels, "journal.jsonl"),
    encodeJournalLine({
      id: "01J00000000000000000000000",
      actor: "simulator",
      label: { message: "edit.import", params: { count: kept.length } },
      at: "2026-01-01T00:00:00.000Z",
      changes: kept.map((record) => {
        const after = record.kind === "keyframe" ? { ...record, source: "human" } : record;
        return { id: record.id, after };
      }),
    }),
  );
}

/** The nearest moving car that is wholly ahead of the vehicle. */
function nearestMovingCar() {
  const { at, worldFromEgo } = truth.scene.frames[frame];
  const egoFromWorld = invert(worldFromEgo);
  const cars = new Set();
  for (const record of truth.records)
    if (record.kind === "track" && record.classId === "car" && !record.static) cars.add(record.id);
  const near = truth.records
    .filter((record) => record.kind === "keyframe" && record.at === at && record.cuboid && cars.has(record.trackId))
    .map(({ trackId, cuboid }) => ({ trackId, forward: transformPoint(egoFromWorld, cuboid.center)[0] }))
    .filter(({ forward }) => forward > 8)
    .toSorted((a, b) => a.forward - b.forward);
  return near[0]?.trackId ?? "";
}

async function picture(name, url, options, prepare = async () => undefined) {
  await step(`docs/screenshots/${name}.png`, async () => {
    const { page, complaints } = await openPage(browser, url, options);
    page.setDefaultTimeout(180_000);
    await page.waitForSelector("canvas");
    await settled(page);
    await prepare(page);
    await settled(page);
    const png = await page.screenshot();
    const { rgba, width, height } = await decode(png);
    // Leaving gives the scene free; closing the context would leave the next picture read-only.
    await page.goto("about:blank");
    await page.waitForTimeout(500);
    await page.context().close();
    if (complaints.length > 0) throw new Error(complaints.join("\n"));
    const indexed = encodeIndexedPng(rgba, width, height);
    writeFileSync(join(folder, `${name}.png`), indexed);
    return `${width} × ${height}, ${Math.round(indexed.length / 1000)} kB`;
  });
}

/** Until two looks a second apart are the same: everything is decoded, scanned and drawn. */
async function settled(page) {
  let before;
  for (let i = 0; i < 60; i++) {
    await page.waitForTimeout(1000);
    const now = await page.screenshot();
    if (before?.equals(now)) return;
    before = now;
  }
  throw new Error("the page does not come to rest");
}

/** The browser knows PNG; its pixels come back as base64. */
async function decode(png) {
  const page = await browser.newPage();
  const { base64, width, height } = await page.evaluate(async (data) => {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    context.drawImage(bitmap, 0, 0);
    const { data: pixels } = context.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = "";
    for (let i = 0; i < pixels.length; i += 32768) text += String.fromCharCode(...pixels.subarray(i, i + 32768));
    return { base64: btoa(text), width: bitmap.width, height: bitmap.height };
  }, png.toString("base64"));
  await page.close();
  return { rgba: Buffer.from(base64, "base64"), width, height };
}
