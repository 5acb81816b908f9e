import type { Problem } from "@sweepmark/log";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { text } from "../messages/text.ts";

/** What is wrong with the log, the frame shown, and the saved labels; errors first, each once. */
export function useProblems(): readonly Problem[] {
  const { session, notices, history } = useWorkspace();
  // Topics that were first read with this frame add to the log's problems.
  const frame = useSessionState((state) => state.frame);
  useSessionState((state) => state.frames);
  // What the log finds by itself: a checksum that is verified later, a worker that was restarted.
  useSessionState((state) => state.problemCount);
  const own: readonly Problem[] = [
    ...(history.problem ? [history.problem] : []),
    ...notices.map((message): Problem => ({
      severity: "warning",
      code: "labels",
      message,
      hint: text.t("problems.labelsHint"),
    })),
  ];
  return mergeProblems([...own, ...session.log.info.problems, ...(frame?.problems ?? [])]);
}

const order = { error: 0, warning: 1, note: 2 } as const;

/** Sorted by severity, in the order given within one; the same words about the same topic only once. */
export function mergeProblems(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const key = `${problem.code} ${problem.topic ?? ""} ${problem.message}`;
    if (!seen.has(key)) seen.set(key, problem);
  }
  return [...seen.values()].toSorted((a, b) => order[a.severity] - order[b.severity]);
}

/** Everything that is known about a problem, for a bug report or a colleague. */
export function problemDetails(problem: Problem, logName: string): string {
  const lines = [
    `${problem.severity} ${problem.code}`,
    problem.message,
    problem.hint,
    `log: ${logName}`,
    problem.topic === undefined ? undefined : `topic: ${problem.topic}`,
    problem.file === undefined ? undefined : `file: ${problem.file}`,
    problem.offset === undefined ? undefined : `offset: ${problem.offset}`,
    problem.at === undefined ? undefined : `at: ${problem.at}`,
    problem.params === undefined ? undefined : JSON.stringify(problem.params),
  ];
  return lines.filter((line) => line !== undefined).join("\n");
}
