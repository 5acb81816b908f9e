import type { Problem } from "@sweepmark/log";
import { Copy } from "lucide-react";
import { useState } from "react";
import { useWorkspace } from "../app/context.ts";
import { plainName } from "../messages/names.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { cx } from "../ui/cx.ts";
import { Empty } from "../ui/Empty.tsx";
import { SeverityIcon } from "../ui/SeverityIcon.tsx";
import { problemDetails, useProblems } from "./problem-list.ts";
import styles from "./Problems.module.css";

/** What was found wrong with the log: what, where, what can be done. */
export function Problems() {
  const { t } = useText();
  const problems = useProblems();
  if (problems.length === 0) return <Empty>{t("problems.none")}</Empty>;
  return (
    <ul className={styles.list}>
      {problems.map((problem) => (
        <ProblemCard key={`${problem.code} ${problem.topic ?? ""} ${problem.message}`} problem={problem} />
      ))}
    </ul>
  );
}

function ProblemCard({ problem }: { readonly problem: Problem }) {
  const { t, either } = useText();
  const title = either(`problem.${problem.code}`, "");
  const { info } = useWorkspace();
  const [copied, setCopied] = useState<"copied" | "not">("not");
  const copy = (): void => {
    void navigator.clipboard.writeText(problemDetails(problem, info.name)).then(() => {
      setCopied("copied");
      setTimeout(() => setCopied("not"), 2000);
    });
  };
  return (
    <li className={cx(styles.card, styles[problem.severity])}>
      <SeverityIcon severity={problem.severity} />
      <div className={styles.words}>
        {title ? <p className={styles.title}>{title}</p> : null}
        <p>{problem.message}</p>
        {problem.hint ? <p className={styles.hint}>{problem.hint}</p> : null}
        {(problem.topic ?? problem.file) ? (
          <p className={styles.place}>{plainName([problem.file, problem.topic].filter(Boolean).join(" · "), 200)}</p>
        ) : null}
      </div>
      <Button
        variant="ghost"
        aria-label={t("problems.copy")}
        title={t(copied === "copied" ? "problems.copied" : "problems.copy")}
        icon={<Copy size={14} strokeWidth={1.5} />}
        onClick={copy}
      />
    </li>
  );
}
