import { deleteLaneBoundary, deleteVertex, moveVertex, renameLane, setLaneClass } from "@sweepmark/document";
import { identityPose, invert, polylineLength, transformPoint, type Pose } from "@sweepmark/geometry";
import type { LaneBoundary } from "@sweepmark/schema";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { actionOf } from "../app/actions.ts";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatMetres } from "../messages/numbers.ts";
import { text, useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { LaneChip } from "../ui/ClassChip.tsx";
import type { MenuEntry } from "../ui/Menu.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import { Select } from "../ui/Select.tsx";
import { InspectorHead, Row } from "./InspectorHead.tsx";
import styles from "./Inspector.module.css";

const icon = { size: 16, strokeWidth: 1.5 } as const;

/** One lane boundary: it stands in the world, so it is the same in every frame. */
export function LaneInspector({ lane }: { readonly lane: LaneBoundary }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  const { ontology } = session.document;
  return (
    <section className={styles.panel} aria-label={t("panel.inspector")} data-testid="inspector">
      <InspectorHead
        chip={<LaneChip ontology={ontology} classId={lane.classId} />}
        name={lane.name}
        span={t("lane.allFrames")}
        onRename={(name) => session.run(renameLane, { boundaryId: lane.id, name })}
        menu={useLaneMenu(lane)}
      />
      <div className={styles.rows}>
        <Row label={t("inspector.class")}>
          <Select
            label={t("inspector.class")}
            value={lane.classId}
            disabled={readOnly}
            choices={ontology.lanes.map(({ id, name }) => ({
              value: id,
              text: name,
              icon: <LaneChip ontology={ontology} classId={id} />,
            }))}
            onChange={(classId) => session.run(setLaneClass, { boundaryId: lane.id, classId })}
          />
        </Row>
        <Row label={t("lane.length")}>
          <span>{formatMetres(polylineLength(lane.points), 1)}</span>
        </Row>
        <VertexRows lane={lane} />
      </div>
    </section>
  );
}

/** Which vertex is selected, steps to its neighbours, and where it is in ego. */
function VertexRows({ lane }: { readonly lane: LaneBoundary }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  const vertex = useSessionState((state) => state.selectedVertex);
  const frameEgo = useSessionState((state) => state.frame?.worldFromEgo);
  const worldFromEgo: Pose<"world", "ego"> = frameEgo ?? identityPose;
  const point = vertex === undefined ? undefined : lane.points[vertex];
  const shown = point && transformPoint(invert(worldFromEgo), point);
  const step = (by: number): void => {
    const next = vertex === undefined ? 0 : (vertex + by + lane.points.length) % lane.points.length;
    session.select(lane.id, next);
  };
  return (
    <>
      <Row label={t("lane.vertex")}>
        <div className={styles.value}>
          <Button
            variant="ghost"
            aria-label={t("lane.previousVertex")}
            icon={<ChevronLeft {...icon} />}
            onClick={() => step(-1)}
          />
          <b>
            {vertex === undefined
              ? t("lane.vertices", { count: lane.points.length })
              : t("lane.vertexOf", { vertex: vertex + 1, count: lane.points.length })}
          </b>
          <Button
            variant="ghost"
            aria-label={t("lane.nextVertex")}
            icon={<ChevronRight {...icon} />}
            onClick={() => step(1)}
          />
        </div>
      </Row>
      <Row label={t("inspector.position")}>
        {shown && vertex !== undefined ? (
          <div className={styles.triple}>
            {(["x", "y", "z"] as const).map((axis, i) => (
              <NumberField
                key={axis}
                label={t(`inspector.${axis}`)}
                letter={axis.toUpperCase()}
                axis={axis}
                value={shown[i]}
                readOnly={readOnly}
                onCommit={(value, gesture) => {
                  const moved = [shown[0], shown[1], shown[2]] as [number, number, number];
                  moved[i] = value;
                  const args = { boundaryId: lane.id, index: vertex, point: transformPoint(worldFromEgo, moved) };
                  if (gesture === "nudge") session.runBurst(`vertex ${axis} ${lane.id} ${vertex}`, moveVertex, args);
                  else session.run(moveVertex, args);
                }}
              />
            ))}
            <span className={styles.space}>{t("inspector.ego")}</span>
          </div>
        ) : (
          <span className={styles.dim}>{t("lane.noVertex")}</span>
        )}
      </Row>
    </>
  );
}

function useLaneMenu(lane: LaneBoundary): () => readonly MenuEntry[] {
  const app = useApp();
  const { session } = useWorkspace();
  const vertex = useSessionState((state) => state.selectedVertex);
  const focus = actionOf("view.focus");
  return () => {
    const { document } = session;
    const boundary = { boundaryId: lane.id };
    const vertexArgs = { ...boundary, index: vertex ?? 0 };
    const deleteKeys = actionKeys(actionOf("edit.delete"));
    return [
      { kind: "item", id: "focus", text: text.named(focus.title), keys: actionKeys(focus), run: () => focus.run(app) },
      { kind: "separator", id: "deletions" },
      {
        kind: "item",
        id: "vertex",
        text: text.label(deleteVertex.label(document, vertexArgs)),
        keys: deleteKeys,
        tone: "danger",
        disabled: vertex === undefined,
        run: () => session.run(deleteVertex, vertexArgs),
      },
      {
        kind: "item",
        id: "lane",
        text: text.label(deleteLaneBoundary.label(document, boundary)),
        keys: actionKeys(actionOf("edit.deleteObject")),
        tone: "danger",
        run: () => session.run(deleteLaneBoundary, boundary),
      },
    ];
  };
}
