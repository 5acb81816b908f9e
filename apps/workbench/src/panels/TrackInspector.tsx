import {
  deleteAfter,
  deleteBefore,
  deleteKeyframe,
  deleteTrack,
  renameTrack,
  setClass,
  setRigid,
  setStatic,
  type Command,
  type TrackMoment,
} from "@sweepmark/document";
import type { Session } from "@sweepmark/editor";
import { timestampNs, type TimestampNs } from "@sweepmark/geometry";
import type { Keyframe, Track } from "@sweepmark/schema";
import { Lock, LockOpen } from "lucide-react";
import { memo } from "react";
import { actionOf, actionTitle } from "../app/actions.ts";
import { useApp, useOntology, useSessionState, useWorkspace } from "../app/context.ts";
import { actionKeys } from "../app/keymap.ts";
import { formatCount, formatFixed } from "../messages/numbers.ts";
import { text, useText } from "../messages/text.ts";
import { Button } from "../ui/Button.tsx";
import { ClassChip } from "../ui/ClassChip.tsx";
import type { MenuEntry } from "../ui/Menu.tsx";
import { Progress } from "../ui/Progress.tsx";
import { Segmented } from "../ui/Segmented.tsx";
import { Select } from "../ui/Select.tsx";
import { StateGlyph } from "../ui/StateGlyph.tsx";
import { Tip } from "../ui/Tip.tsx";
import { AttributeRows } from "./AttributeRows.tsx";
import { CuboidRows } from "./CuboidRows.tsx";
import { InspectorHead, Row } from "./InspectorHead.tsx";
import styles from "./Inspector.module.css";
import { MotionRows } from "./MotionRows.tsx";
import { RulesRow } from "./RulesRow.tsx";
import { SmearRow } from "./SmearRow.tsx";
import { frameOfTime } from "./timeline/scale.ts";

/** One track at the frame shown. What does not depend on the frame is apart, so that a step does not render it. */
export function TrackInspector({ track }: { readonly track: Track }) {
  const { t } = useText();
  const moment = useSessionState((state) => state.moment.tracks.find((one) => one.track.id === track.id));
  const at = useSessionState((state) => state.frame?.at) ?? timestampNs(0n);
  return (
    <section className={styles.panel} aria-label={t("panel.inspector")} data-testid="inspector">
      <Head track={track} />
      <div className={styles.rows}>
        <ClassRow track={track} />
        <Row label={t("inspector.here")}>
          <Here moment={moment} />
        </Row>
        <CuboidRows track={track} moment={moment} at={at} sizeLock={<SizeLock track={track} />} />
        <MovesRow track={track} />
        <MotionRows track={track} />
        <SmearRow key={track.id} track={track} />
        <AttributeRows track={track} moment={moment} />
        <RulesRow track={track} moment={moment} />
        <Row label={t("inspector.source")}>
          <Source moment={moment} />
        </Row>
        <Row label={t("inspector.points")}>
          <Points track={track} />
        </Row>
      </div>
    </section>
  );
}

interface TrackProps {
  readonly track: Track;
}

/** The time that an edit of now is for. */
const timeShown = (session: Session): TimestampNs => session.store.getState().frame?.at ?? timestampNs(0n);

const Head = memo(function Head({ track }: TrackProps) {
  const { session } = useWorkspace();
  // Keyframes come and go while the track's own record stays.
  useSessionState((state) => state.revision);
  return (
    <InspectorHead
      chip={<ClassChip ontology={useOntology()} classId={track.classId} />}
      name={track.name}
      span={useSpanWords(track, session.document.keyframes(track.id))}
      onRename={(name) => session.run(renameTrack, { trackId: track.id, name })}
      menu={useTrackMenu(track)}
    />
  );
});

const ClassRow = memo(function ClassRow({ track }: TrackProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  const ontology = useOntology();
  return (
    <Row label={t("inspector.class")}>
      <Select
        label={t("inspector.class")}
        value={track.classId}
        disabled={readOnly}
        choices={ontology.objects.map(({ id, name }) => ({
          value: id,
          text: name,
          icon: <ClassChip ontology={ontology} classId={id} />,
        }))}
        onChange={(classId) => session.run(setClass, { trackId: track.id, classId })}
      />
    </Row>
  );
});

const MovesRow = memo(function MovesRow({ track }: TrackProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  return (
    <Row label={t("inspector.moves")}>
      <Segmented
        label={t("inspector.moves")}
        value={track.static ? "static" : "moving"}
        disabled={readOnly}
        choices={[
          { value: "moving", text: t("inspector.moving") },
          { value: "static", text: t("inspector.static") },
        ]}
        onChange={(value) =>
          session.run(setStatic, { trackId: track.id, at: timeShown(session), static: value === "static" })
        }
      />
    </Row>
  );
});

/** "frames 8–130": from the first keyframe to the last, or for all time. */
function useSpanWords(track: Track, keyframes: readonly Keyframe[]): string {
  const { t } = useText();
  const frames = useSessionState((state) => state.frames);
  if (track.static) return t("inspector.spanStatic");
  const frame = (keyframe: Keyframe): number => Math.round(frameOfTime(frames, keyframe.at));
  const [first, last] = [keyframes.at(0), keyframes.at(-1)];
  if (!first || !last) return "";
  const count = keyframes.length;
  return first === last
    ? t("inspector.spanOne", { frame: frame(first) })
    : t("inspector.span", { first: frame(first), last: frame(last), count });
}

/** How the pose here is known; the frames that it comes from lead there. */
function Here({ moment }: { readonly moment: TrackMoment | undefined }) {
  const app = useApp();
  const { t } = useText();
  const { session } = useWorkspace();
  const frames = useSessionState((state) => state.frames);
  const go = (keyframe: Keyframe | undefined) => {
    if (!keyframe) return null;
    const frame = Math.round(frameOfTime(frames, keyframe.at));
    return (
      <button type="button" className={styles.link} onClick={() => session.goTo(frame)}>
        {frame}
      </button>
    );
  };
  if (!moment) {
    const resume = actionOf("track.absent");
    return (
      <div className={styles.value}>
        <StateGlyph state="absent" />
        <b>{t("state.absent")}</b>
        <Tip text={t("inspector.resume")} keys={actionKeys(resume)}>
          <button type="button" className={styles.link} onClick={() => resume.run(app)}>
            {t("inspector.resume")}
          </button>
        </Tip>
      </div>
    );
  }
  return (
    <div className={styles.value} data-state={moment.state}>
      <StateGlyph state={moment.state} source={moment.source} />
      <b>{t(`state.${moment.state}`)}</b>
      {moment.state === "interpolated" ? (
        <span className={styles.dim}>
          {t("inspector.between")} {go(moment.before)} {t("inspector.and")} {go(moment.after)}
        </span>
      ) : null}
      {moment.state === "held" && !moment.track.static ? (
        <span className={styles.dim}>
          {t("inspector.since")} {go(moment.before)}
        </span>
      ) : null}
    </div>
  );
}

const SizeLock = memo(function SizeLock({ track }: TrackProps) {
  const { t } = useText();
  const { session } = useWorkspace();
  const readOnly = useSessionState((state) => state.readOnly) !== undefined;
  if (readOnly) return <span />;
  const title = t(track.rigid ? "inspector.unlockSize" : "inspector.lockSize");
  return (
    <Tip text={title} keys={actionKeys(actionOf("track.rigid"))}>
      <Button
        variant="ghost"
        aria-label={title}
        on={track.rigid}
        icon={track.rigid ? <Lock size={14} strokeWidth={1.5} /> : <LockOpen size={14} strokeWidth={1.5} />}
        onClick={() => session.run(setRigid, { trackId: track.id, at: timeShown(session), rigid: !track.rigid })}
      />
    </Tip>
  );
});

function Source({ moment }: { readonly moment: TrackMoment | undefined }) {
  const { t } = useText();
  if (!moment) return <span className={styles.dim}>–</span>;
  return (
    <div className={styles.value}>
      {t(`source.${moment.source}`)}
      {moment.confidence === undefined ? null : (
        <>
          <span className={styles.confidence}>
            <Progress fraction={moment.confidence} label={t("inspector.confidence")} />
          </span>
          {formatFixed(moment.confidence, 2)}
        </>
      )}
    </div>
  );
}

function Points({ track }: { readonly track: Track }) {
  const count = useSessionState((state) => state.pointCounts.get(track.id));
  return <span>{count === undefined ? "–" : formatCount(count)}</span>;
}

/** Each entry names what goes; what would change nothing is greyed. */
function useTrackMenu(track: Track): () => readonly MenuEntry[] {
  const app = useApp();
  const { session } = useWorkspace();
  const entry = <Args,>(id: string, command: Command<Args>, of: Args, keys?: string): MenuEntry => {
    const plan = command.plan(session.document, of);
    return {
      kind: "item",
      id,
      text: text.label(command.label(session.document, of)),
      keys,
      tone: "danger",
      disabled: plan.length === 0,
      run: () => session.run(command, of),
    };
  };
  const action = (id: string): MenuEntry => {
    const one = actionOf(id);
    return {
      kind: "item",
      id,
      text: actionTitle(one, app),
      keys: actionKeys(one),
      disabled: !(one.enabled?.(app) ?? true),
      run: () => one.run(app),
    };
  };
  return () => {
    const args = { trackId: track.id, at: timeShown(session) };
    return [
      action("view.focus"),
      action("label.flipAll"),
      action("track.headingAll"),
      action("track.bestFrame"),
      action("track.useSize"),
      action("track.estimate"),
      action("track.propagate"),
      action("track.accept"),
      action("track.split"),
      action("track.merge"),
      action("track.attributes"),
      { kind: "separator", id: "deletions" },
      entry("keyframe", deleteKeyframe, args, actionKeys(actionOf("edit.delete"))),
      entry("before", deleteBefore, args),
      entry("after", deleteAfter, args),
      entry("track", deleteTrack, { trackId: track.id }, actionKeys(actionOf("edit.deleteObject"))),
    ];
  };
}
