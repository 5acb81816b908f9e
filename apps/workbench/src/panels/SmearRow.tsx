import type { Smear } from "@sweepmark/assist";
import { hasEgoMotion, smearOfTrack } from "@sweepmark/editor";
import type { Track } from "@sweepmark/schema";
import { useState } from "react";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { formatFixed } from "../messages/numbers.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { DriftPlot } from "./DriftPlot.tsx";
import { Row } from "./InspectorHead.tsx";
import styles from "./SmearRow.module.css";

/** Of a static track: whether it stands still over all frames, and if not, whether the ego pose is to blame. */
export function SmearRow({ track }: { readonly track: Track }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const busy = useSessionState((state) => state.jobs.some(({ label }) => label.message === "job.smear"));
  const [found, setFound] = useState<Smear>();
  if (!track.static || !hasEgoMotion(session)) return null;
  const measure = async (): Promise<void> => setFound((await smearOfTrack(session, track.id)) ?? found);
  return (
    <>
      <Row label={t("inspector.smear")}>
        <Button disabled={busy} onClick={() => void measure()}>
          {t("inspector.smear.measure")}
        </Button>
      </Row>
      {found ? <Outcome smear={found} /> : null}
    </>
  );
}

function Outcome({ smear: { steps, verdict } }: { readonly smear: Smear }) {
  const { t } = useText();
  const most = (of: (step: Smear["steps"][number]) => number): string => formatFixed(Math.max(0, ...steps.map(of)), 2);
  return (
    <div className={styles.outcome} data-testid="smear" data-verdict={verdict}>
      {verdict === "unknown" ? null : (
        <DriftPlot
          label={t("inspector.smear")}
          unit="m"
          lines={[
            { name: t("inspector.smear.object"), color: "var(--ac)", values: steps.map(({ objectM }) => objectM) },
            {
              name: t("inspector.smear.around"),
              color: "var(--tx-3)",
              values: steps.map(({ surroundingsM }) => surroundingsM),
            },
          ]}
        />
      )}
      <p>
        {t(`inspector.smear.${verdict}`, {
          object: most(({ objectM }) => objectM),
          around: most(({ surroundingsM }) => surroundingsM),
        })}
      </p>
    </div>
  );
}
