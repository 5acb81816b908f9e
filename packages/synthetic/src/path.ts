/** Plans of streets and routes: lines and arcs in the ground plane of `world`. */

export interface PlanPose {
  readonly x: number;
  readonly y: number;
  readonly yawRad: number;
}

/** A stretch of constant curvature (1/m, positive: to the left). */
export interface Piece extends PlanPose {
  readonly lengthM: number;
  readonly curvature: number;
}

export interface Path {
  readonly pieces: readonly Piece[];
  /** Arc length at which each piece begins. */
  readonly starts: readonly number[];
  readonly lengthM: number;
}

/** Street coordinates: `s` along, `d` to the left, metres. */
export interface Station {
  s: number;
  d: number;
}

function assemble(pieces: readonly Piece[]): Path {
  const starts: number[] = [];
  let lengthM = 0;
  for (const piece of pieces) {
    starts.push(lengthM);
    lengthM += piece.lengthM;
  }
  return { pieces, starts, lengthM };
}

function onPiece({ x, y, yawRad, curvature }: Piece, s: number): PlanPose {
  if (curvature === 0) return { x: x + s * Math.cos(yawRad), y: y + s * Math.sin(yawRad), yawRad };
  const end = yawRad + s * curvature;
  return {
    x: x + (Math.sin(end) - Math.sin(yawRad)) / curvature,
    y: y - (Math.cos(end) - Math.cos(yawRad)) / curvature,
    yawRad: end,
  };
}

/** A path from `start` through stretches of [length, curvature], tangent-continuous. */
export function createPath(
  start: PlanPose,
  stretches: readonly (readonly [lengthM: number, curvature: number])[],
): Path {
  const pieces: Piece[] = [];
  let pose = start;
  for (const [lengthM, curvature] of stretches) {
    const piece = { ...pose, lengthM, curvature };
    pieces.push(piece);
    pose = onPiece(piece, lengthM);
  }
  return assemble(pieces);
}

/** Pose at arc length `s`; before the start and past the end the first and last stretch go on. */
export function poseOnPath(path: Path, s: number): PlanPose {
  let index = path.pieces.length - 1;
  while (index > 0 && s < path.starts[index]) index--;
  return onPiece(path.pieces[index], s - path.starts[index]);
}

/** The parallel path `d` metres to the left; arc length is its own. */
export function offsetPath(path: Path, d: number): Path {
  return assemble(
    path.pieces.map(({ x, y, yawRad, lengthM, curvature }) => ({
      x: x - d * Math.sin(yawRad),
      y: y + d * Math.cos(yawRad),
      yawRad,
      lengthM: lengthM * (1 - curvature * d),
      curvature: curvature / (1 - curvature * d),
    })),
  );
}

export function reversePath(path: Path): Path {
  return assemble(
    path.pieces.toReversed().map((piece) => {
      const end = onPiece(piece, piece.lengthM);
      return { ...end, yawRad: end.yawRad + Math.PI, lengthM: piece.lengthM, curvature: -piece.curvature || 0 };
    }),
  );
}

/** The stretch from `from` to `to` (arc lengths, from < to). */
export function slicePath(path: Path, from: number, to: number): Path {
  const pieces: Piece[] = [];
  path.pieces.forEach((piece, index) => {
    const start = Math.max(from, path.starts[index]);
    const end = Math.min(to, path.starts[index] + piece.lengthM);
    if (end > start)
      pieces.push({ ...onPiece(piece, start - path.starts[index]), lengthM: end - start, curvature: piece.curvature });
  });
  return assemble(pieces);
}

export const joinPaths = (...paths: readonly Path[]): Path => assemble(paths.flatMap(({ pieces }) => pieces));

/** The same path moved so that its pose at `s` is `pose`. */
export function placePath(path: Path, s: number, pose: PlanPose): Path {
  const from = poseOnPath(path, s);
  const turn = pose.yawRad - from.yawRad;
  const c = Math.cos(turn);
  const n = Math.sin(turn);
  return assemble(
    path.pieces.map((piece) => ({
      ...piece,
      x: pose.x + c * (piece.x - from.x) - n * (piece.y - from.y),
      y: pose.y + n * (piece.x - from.x) + c * (piece.y - from.y),
      yawRad: piece.yawRad + turn,
    })),
  );
}

/** Largest |curvature| met between two arc lengths. */
export function sharpestBetween(path: Path, from: number, to: number): number {
  return Math.max(
    0,
    ...path.pieces.map((piece, index) =>
      path.starts[index] < to && path.starts[index] + piece.lengthM > from ? Math.abs(piece.curvature) : 0,
    ),
  );
}

/**
 * The station of (x, y) on the nearest piece, written into `out`. Both end pieces must be lines: they go on without
 * end. About 60 ns for five pieces; the inner loop of the ground.
 */
export function createLocator(path: Path): (x: number, y: number, out: Station) => void {
  const last = path.pieces.length - 1;
  const pieces = path.pieces.map(({ x, y, yawRad, lengthM, curvature }, index) => {
    const radius = curvature === 0 ? 0 : 1 / curvature;
    return {
      x,
      y,
      tx: Math.cos(yawRad),
      ty: Math.sin(yawRad),
      curvature,
      lengthM,
      start: path.starts[index],
      low: index === 0 ? -Infinity : -1e-6,
      high: index === last ? Infinity : lengthM + 1e-6,
      radius,
      cx: x - Math.sin(yawRad) * radius,
      cy: y + Math.cos(yawRad) * radius,
      startAngle: curvature > 0 ? yawRad - Math.PI / 2 : yawRad + Math.PI / 2,
    };
  });
  return (x, y, out) => {
    let best = Infinity;
    out.s = 0;
    out.d = 1e6;
    for (const piece of pieces) {
      if (piece.curvature === 0) {
        const dx = x - piece.x;
        const dy = y - piece.y;
        const d = dy * piece.tx - dx * piece.ty;
        if (Math.abs(d) >= best) continue;
        const s = dx * piece.tx + dy * piece.ty;
        if (s < piece.low || s > piece.high) continue;
        best = Math.abs(d);
        out.s = piece.start + s;
        out.d = d;
      } else {
        const dx = x - piece.cx;
        const dy = y - piece.cy;
        const r = Math.sqrt(dx * dx + dy * dy);
        const d = piece.radius > 0 ? piece.radius - r : r + piece.radius;
        if (Math.abs(d) >= best) continue;
        const turned = Math.atan2(dy, dx) - piece.startAngle;
        const s = (turned - 2 * Math.PI * Math.round(turned / (2 * Math.PI))) * piece.radius;
        if (s < piece.low || s > piece.high) continue;
        best = Math.abs(d);
        out.s = piece.start + s;
        out.d = d;
      }
    }
  };
}
