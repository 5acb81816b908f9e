import { clickOptionsIn, cuboidFromClick } from "@sweepmark/assist";
import { createTrack } from "@sweepmark/document";
import { cuboidYaw, transformPoint, type Point } from "@sweepmark/geometry";
import { classNamed, newTrackId } from "@sweepmark/schema";
import { CliError, exitCodes, printJson, type ExitCode, type Io } from "../io.ts";
import { atDesk, showFrame, type DeskArgs } from "./desk.ts";

export interface ClickArgs extends DeskArgs {
  readonly frame: number;
  readonly at: Point<"ego">;
  readonly class: string;
  readonly in: "ego" | "world";
}

/** A track with one cuboid, as a click on a point of the object makes it. */
export async function click(io: Io, logs: readonly string[], args: ClickArgs): Promise<ExitCode> {
  return await atDesk(io, logs, args, async ({ session, labelsDir }) => {
    const { ontology } = session.document;
    const objectClass = classNamed(ontology, args.class);
    if (!objectClass)
      throw new CliError(
        `--class ${args.class}: no class is meant by that; there are ${ontology.objects.map(({ id }) => id).join(", ")}.`,
        exitCodes.badArguments,
      );
    await showFrame(session, args.frame);
    const { frame } = session.store.getState();
    if (!frame) throw new CliError(`frame ${args.frame}: not there.`);
    const point: Point<"world"> =
      args.in === "ego"
        ? transformPoint(frame.worldFromEgo, args.at)
        : (args.at as readonly number[] as Point<"world">);
    const cuboid = cuboidFromClick(frame, point, objectClass, clickOptionsIn(session.document, objectClass, point));
    const id = newTrackId();
    session.run(createTrack, { id, classId: objectClass.id, at: frame.at, cuboid });
    const track = session.document.get(id);
    const name = track?.kind === "track" ? track.name : "";
    if (args.json) {
      const { center, size, rotation } = cuboid;
      printJson(io, "ok", {
        labels: labelsDir,
        track: { id, name, classId: objectClass.id },
        at: frame.at,
        center,
        size,
        rotation,
      });
    } else {
      const numbers = (values: readonly number[]): string => values.map((value) => value.toFixed(2)).join(" ");
      const yawDeg = (cuboidYaw(cuboid) * 180) / Math.PI;
      io.out(
        `${name}: center ${numbers(cuboid.center)} m, size ${numbers(cuboid.size)} m, yaw ${yawDeg.toFixed(1)}° in world\n`,
      );
    }
    return exitCodes.ok;
  });
}
