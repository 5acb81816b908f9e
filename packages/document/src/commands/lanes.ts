import type { Point } from "@sweepmark/geometry";
import { newLaneBoundaryId, type LaneBoundary, type RecordId } from "@sweepmark/schema";
import { created, deleted, replaced } from "../changes.ts";
import type { Change, Command, DocumentReader } from "../types.ts";
import { boundaryOf, named, nextName } from "./common.ts";

export interface CreateLaneBoundaryArgs {
  readonly classId: string;
  /** At least two; with fewer nothing is planned. */
  readonly points: readonly Point<"world">[];
  /** `lane-3` by default. */
  readonly name?: string;
  readonly id?: RecordId;
}

const newName = (document: DocumentReader, { name }: CreateLaneBoundaryArgs): string =>
  name ?? nextName("lane", document.laneBoundaries());

export const createLaneBoundary: Command<CreateLaneBoundaryArgs> = {
  id: "lane.create",
  label: (document, args) => ({ message: "edit.createLaneBoundary", params: { name: newName(document, args) } }),
  plan(document, args) {
    const id = args.id ?? newLaneBoundaryId();
    if (args.points.length < 2 || document.get(id)) return [];
    const { classId, points } = args;
    return [created({ id, kind: "lane-boundary", name: newName(document, args), classId, points, attributes: {} })];
  },
};

export interface BoundaryArgs {
  readonly boundaryId: RecordId;
}

const withPoints = (boundary: LaneBoundary, points: readonly Point<"world">[]): readonly Change[] => [
  replaced(boundary, { ...boundary, points }),
];

/** All points at once; fewer than two delete the boundary. */
export const setLanePoints: Command<BoundaryArgs & { readonly points: readonly Point<"world">[] }> = {
  id: "lane.setPoints",
  label: (document, { boundaryId }) => named("edit.setLanePoints", document, boundaryId),
  plan(document, { boundaryId, points }) {
    const boundary = boundaryOf(document, boundaryId);
    if (!boundary) return [];
    return points.length < 2 ? removeBoundary(document, boundary) : withPoints(boundary, points);
  },
};

export interface VertexArgs extends BoundaryArgs {
  /** [0, points.length); for inserting, [0, points.length]. Others plan nothing. */
  readonly index: number;
}

/** The new vertex stands before the one that had this index; `index = points.length` appends. */
export const insertVertex: Command<VertexArgs & { readonly point: Point<"world"> }> = {
  id: "lane.insertVertex",
  label: (document, { boundaryId }) => named("edit.insertVertex", document, boundaryId),
  plan(document, { boundaryId, index, point }) {
    const boundary = boundaryOf(document, boundaryId);
    if (!boundary || !Number.isInteger(index) || index < 0 || index > boundary.points.length) return [];
    return withPoints(boundary, boundary.points.toSpliced(index, 0, point));
  },
};

export const moveVertex: Command<VertexArgs & { readonly point: Point<"world"> }> = {
  id: "lane.moveVertex",
  label: (document, { boundaryId }) => named("edit.moveVertex", document, boundaryId),
  plan(document, { boundaryId, index, point }) {
    const boundary = boundaryOf(document, boundaryId);
    return boundary?.points[index] ? withPoints(boundary, boundary.points.with(index, point)) : [];
  },
};

/** Of the last two vertices either takes the boundary with it. */
export const deleteVertex: Command<VertexArgs> = {
  id: "lane.deleteVertex",
  label(document, { boundaryId }) {
    const left = boundaryOf(document, boundaryId)?.points.length ?? 0;
    return named(left > 2 ? "edit.deleteVertex" : "edit.deleteLaneBoundary", document, boundaryId);
  },
  plan(document, { boundaryId, index }) {
    const boundary = boundaryOf(document, boundaryId);
    if (!boundary?.points[index]) return [];
    if (boundary.points.length <= 2) return removeBoundary(document, boundary);
    return withPoints(boundary, boundary.points.toSpliced(index, 1));
  },
};

export const deleteLaneBoundary: Command<BoundaryArgs> = {
  id: "lane.delete",
  label: (document, { boundaryId }) => named("edit.deleteLaneBoundary", document, boundaryId),
  plan(document, { boundaryId }) {
    const boundary = boundaryOf(document, boundaryId);
    return boundary ? removeBoundary(document, boundary) : [];
  },
};

export const setLaneClass: Command<BoundaryArgs & { readonly classId: string }> = {
  id: "lane.setClass",
  label: (document, { boundaryId, classId }) => named("edit.setLaneClass", document, boundaryId, { classId }),
  plan(document, { boundaryId, classId }) {
    const boundary = boundaryOf(document, boundaryId);
    return boundary && boundary.classId !== classId ? [replaced(boundary, { ...boundary, classId })] : [];
  },
};

export const renameLane: Command<BoundaryArgs & { readonly name: string }> = {
  id: "lane.rename",
  label: (document, { boundaryId, name }) => named("edit.renameLane", document, boundaryId, { to: name }),
  plan(document, { boundaryId, name }) {
    const boundary = boundaryOf(document, boundaryId);
    return boundary && boundary.name !== name ? [replaced(boundary, { ...boundary, name })] : [];
  },
};

/** A lane needs both its boundaries: those that lose one go too, and out of the successors of others. */
function removeBoundary(document: DocumentReader, boundary: LaneBoundary): readonly Change[] {
  const changes: Change[] = [deleted(boundary)];
  const gone = document.lanes().filter(({ leftId, rightId }) => leftId === boundary.id || rightId === boundary.id);
  const goneIds = new Set(gone.map(({ id }) => id));
  for (const lane of document.lanes()) {
    if (goneIds.has(lane.id)) changes.push(deleted(lane));
    else if (lane.successorIds.some((id) => goneIds.has(id)))
      changes.push(replaced(lane, { ...lane, successorIds: lane.successorIds.filter((id) => !goneIds.has(id)) }));
  }
  return changes;
}
