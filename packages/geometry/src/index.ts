export * from "./space.ts";
export * as vec from "./vector.ts";
export * from "./quaternion.ts";
export * from "./pose.ts";
export * from "./cuboid.ts";
export * from "./ray.ts";
export * from "./overlap.ts";
export * from "./polyline.ts";
export * from "./camera.ts";
