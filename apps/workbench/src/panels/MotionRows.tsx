import { setBeyond, setInterpolation } from "@sweepmark/document";
import { beyonds, interpolations, type Beyond, type Interpolation, type Track } from "@sweepmark/schema";
import { memo } from "react";
import { useSessionState, useWorkspace } from "../app/context.ts";
import { useText } from "../messages/text.ts";
import { Segmented } from "../ui/Segmented.tsx";
import { Select } from "../ui/Select.tsx";
import { Row } from "./InspectorHead.tsx";

/** How a track that moves goes between its keyframes and past them. */
export const MotionRows = memo(function MotionRows({ track }: { readonly track: Track }) {
  const { t } = useText();
  const { session } = useWorkspace();
  const disabled = useSessionState((state) => state.readOnly) !== undefined;
  if (track.static) return null;
  const trackId = track.id;
  return (
    <>
      <Row label={t("inspector.path")}>
        <Segmented
          label={t("inspector.pathHelp")}
          value={track.interpolation ?? "linear"}
          disabled={disabled}
          choices={interpolations.map((value) => ({ value, text: t(`inspector.path.${value}`) }))}
          onChange={(interpolation: Interpolation) => session.run(setInterpolation, { trackId, interpolation })}
        />
      </Row>
      <Row label={t("inspector.beyond")}>
        <Select
          label={t("inspector.beyondHelp")}
          value={track.beyond ?? "held"}
          disabled={disabled}
          choices={beyonds.map((value) => ({ value, text: t(`inspector.beyond.${value}`) }))}
          onChange={(beyond: Beyond) => session.run(setBeyond, { trackId, beyond })}
        />
      </Row>
    </>
  );
});
