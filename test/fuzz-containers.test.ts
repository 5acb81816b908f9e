import { expect, it } from "vitest";
import { campaign } from "../packages/log/test-support/fuzz/campaign.ts";
import { containerSeeds } from "../packages/log/test-support/fuzz/seeds.ts";

it("50 000 mutations of containers: each opens or is refused, within the limits, and ends", async () => {
  const seeds = await containerSeeds();
  for (const { bytes } of seeds) expect(bytes.length).toBeLessThan(8192);
  const { runs, opened, frames } = await campaign(seeds, 50_000, "anywhere");
  // The mutations are neither all fatal nor all harmless.
  expect(opened / runs).toBeGreaterThan(0.5);
  expect(frames / runs).toBeGreaterThan(0.5);
}, 1_800_000);
