export * from "./points.ts";
export * from "./ground.ts";
export * from "./cloud.ts";
export * from "./cuboid.ts";
export * from "./fit.ts";
export * from "./propagate.ts";
export * from "./propagate-thin.ts";
export type { StopReason } from "./propagate-pass.ts";
export type { Footprint, Ground } from "@sweepmark/pointcloud";
