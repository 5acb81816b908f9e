export * from "./palette.ts";
export * from "./messages.ts";
export * from "./use-session.ts";
export { colorGradient, colorTable, distanceRange, heightRange } from "./color-maps.ts";
export { ageMap } from "./point-material.ts";
export { prepareScene } from "./scene-renderer.ts";
export { MainView, type MainViewProps } from "./MainView.tsx";
export { CameraView, type CameraViewProps } from "./CameraView.tsx";
