export { simulate } from "./simulate.ts";
export type { ByteSink, SimulateHooks, SimulateOptions, Simulation } from "./simulate.ts";
export type { SimulatedSweep } from "./lidar.ts";
export type { TrueTrack } from "./truth.ts";
export type { Behaviour } from "./actors.ts";
export { noCompression, type Compression } from "./compression.ts";
export {
  cameras as simulatedCameras,
  egoFromLidar as simulatedEgoFromLidar,
  spaceNames as simulatedSpaceNames,
  type SimulatedCamera,
} from "./rig.ts";
