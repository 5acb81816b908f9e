import { expect, it } from "vitest";
import { campaign } from "../packages/log/test-support/fuzz/campaign.ts";
import { messageSeeds } from "../packages/log/test-support/fuzz/seeds.ts";

it("50 000 mutations of messages and schemas: each is read or named, within the limits, and ends", async () => {
  const seeds = await messageSeeds();
  for (const { bytes } of seeds) expect(bytes.length).toBeLessThan(12_000);
  const { runs, opened, frames } = await campaign(seeds, 50_000, "payloads");
  expect(opened / runs).toBeGreaterThan(0.5);
  expect(frames / runs).toBeGreaterThan(0.5);
}, 1_800_000);
