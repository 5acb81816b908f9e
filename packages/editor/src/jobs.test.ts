import { describe, expect, it } from "vitest";
import { createFakeSchedule } from "./fake-schedule.ts";
import { createJobs } from "./jobs.ts";
import type { Job } from "./session-types.ts";

function setUp(): { readonly jobs: ReturnType<typeof createJobs>; readonly lists: (readonly Job[])[] } {
  const lists: (readonly Job[])[] = [];
  return { lists, jobs: createJobs(createFakeSchedule(), (list) => lists.push(list)) };
}

describe("jobs (rule 4)", () => {
  it("are listed with their progress while they run", async () => {
    const { jobs, lists } = setUp();
    const result = await jobs.run({ message: "job.scan" }, async (_, report) => {
      report(3, 10);
      return "done";
    });
    expect(result).toBe("done");
    expect(lists.map((list) => list.map(({ done, total }) => `${done}/${total}`))).toEqual([["0/0"], ["3/10"], []]);
  });

  it("end undefined when cancelled, also if the work does not listen", async () => {
    const { jobs, lists } = setUp();
    let signal: AbortSignal | undefined;
    const running = jobs.run({ message: "job.scan" }, (given) => {
      signal = given;
      return new Promise<string>(() => {});
    });
    lists[0][0].cancel();
    expect(await running).toBeUndefined();
    expect(signal?.aborted).toBe(true);
    expect(lists.at(-1)).toEqual([]);
  });

  it("reject with what the work rejects with", async () => {
    const { jobs, lists } = setUp();
    await expect(jobs.run({ message: "job.scan" }, () => Promise.reject(new Error("disk full")))).rejects.toThrow(
      "disk full",
    );
    expect(lists.at(-1)).toEqual([]);
  });
});
