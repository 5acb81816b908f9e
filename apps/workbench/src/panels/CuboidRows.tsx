import { setCuboid, type TrackMoment } from "@sweepmark/document";
import {
  fromYawPitchRoll,
  identityPose,
  invert,
  toYawPitchRoll,
  transformCuboid,
  type Cuboid,
  type Pose,
  type TimestampNs,
} from "@sweepmark/geometry";
import type { Track } from "@sweepmark/schema";
import { FlipHorizontal2 } from "lucide-react";
import { useState, type ReactNode } from "react";
import { actionOf } from "../app/actions.ts";
import { useApp, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { NumberField } from "../ui/NumberField.tsx";
import { Tip } from "../ui/Tip.tsx";
import { Row } from "./InspectorHead.tsx";
import styles from "./Inspector.module.css";

const degrees = Math.PI / 180;

export interface CuboidRowsProps {
  readonly track: Track;
  readonly moment: TrackMoment | undefined;
  readonly at: TimestampNs;
  readonly sizeLock: ReactNode;
}

/** The space that positions and angles are shown in; labels themselves live in world. */
type Shown = "ego" | "world";

/** Position, size and rotation, each editable. In ego at this frame, or in world: the label says which. */
export function CuboidRows({ track, moment, at, sizeLock }: CuboidRowsProps) {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const [shown, setShown] = useState<Shown>("ego");
  const worldFromEgo = useSessionState((state) => state.frame?.worldFromEgo);
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  const worldName = session.log.info.worldName;
  const worldFromShown = (shown === "ego" && worldFromEgo ? worldFromEgo : identityPose) as Pose<"world", "ego">;
  const cuboid = moment && transformCuboid(invert(worldFromShown), moment.cuboid);

  const edit = (what: string, next: Cuboid<"ego">, gesture: "entry" | "nudge"): void => {
    const args = { trackId: track.id, at, cuboid: transformCuboid(worldFromShown, next) };
    if (gesture === "nudge") session.runBurst(`inspector ${what} ${track.id} ${at}`, setCuboid, args);
    else session.run(setCuboid, args);
  };
  const flip = actionOf("label.flip");
  const angles = cuboid && toYawPitchRoll(cuboid.rotation);
  return (
    <>
      <Row label={t("inspector.position")}>
        <div className={styles.triple}>
          {(["x", "y", "z"] as const).map((axis, i) =>
            cuboid ? (
              <NumberField
                key={axis}
                label={t(`inspector.${axis}`)}
                letter={axis.toUpperCase()}
                axis={axis}
                value={cuboid.center[i]}
                readOnly={readOnly}
                onCommit={(value, gesture) =>
                  edit(axis, { ...cuboid, center: replaceAt(cuboid.center, i, value) }, gesture)
                }
              />
            ) : (
              <Nothing key={axis} />
            ),
          )}
          {worldName === undefined ? (
            <span className={styles.space}>{t("inspector.ego")}</span>
          ) : (
            <Tip text={t(shown === "ego" ? "inspector.inEgo" : "inspector.inWorld", { world: worldName })}>
              <button
                type="button"
                className={styles.space}
                onClick={() => setShown(shown === "ego" ? "world" : "ego")}
              >
                {shown === "ego" ? t("inspector.ego") : worldName}
              </button>
            </Tip>
          )}
        </div>
      </Row>
      <Row label={t("inspector.size")}>
        <div className={styles.triple}>
          {(["length", "width", "height"] as const).map((side, i) =>
            cuboid ? (
              <NumberField
                key={side}
                label={t(`inspector.${side}`)}
                letter={side.charAt(0).toUpperCase()}
                value={cuboid.size[i]}
                min={0.05}
                look={track.rigid ? "locked" : "field"}
                readOnly={readOnly}
                onCommit={(value, gesture) =>
                  edit(side, { ...cuboid, size: replaceAt(cuboid.size, i, value) }, gesture)
                }
              />
            ) : (
              <Nothing key={side} />
            ),
          )}
          {sizeLock}
        </div>
      </Row>
      <Row label={t("inspector.rotation")}>
        <div className={styles.triple}>
          {(["yawRad", "pitchRad", "rollRad"] as const).map((angle) =>
            cuboid && angles ? (
              <NumberField
                key={angle}
                label={t(`inspector.${angle}`)}
                value={angles[angle] / degrees}
                unit="°"
                decimals={1}
                step={1}
                readOnly={readOnly}
                onCommit={(value, gesture) =>
                  edit(
                    angle,
                    { ...cuboid, rotation: fromYawPitchRoll({ ...angles, [angle]: value * degrees }) },
                    gesture,
                  )
                }
              />
            ) : (
              <Nothing key={angle} />
            ),
          )}
          {readOnly ? (
            <span />
          ) : (
            <Tip text={t("inspector.flip")} keys={actionKeys(flip)}>
              <Button
                variant="ghost"
                aria-label={t("inspector.flip")}
                disabled={!cuboid}
                icon={<FlipHorizontal2 size={14} strokeWidth={1.5} />}
                onClick={() => flip.run(app)}
              />
            </Tip>
          )}
        </div>
      </Row>
    </>
  );
}

const Nothing = () => <span className={styles.dim}>–</span>;

const replaceAt = (
  [a, b, c]: readonly [number, number, number],
  index: number,
  value: number,
): readonly [number, number, number] => [index === 0 ? value : a, index === 1 ? value : b, index === 2 ? value : c];
