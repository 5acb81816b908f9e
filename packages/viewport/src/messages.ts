/** English texts of the viewport, for the workbench's catalog. Views take a `text` function and fall back to these. */
export const viewportMessages = {
  "viewport.ego": "ego",
  "viewport.webglMissing": "This browser shows no WebGL 2 picture, so the 3D view cannot draw.",
  "viewport.webglLost": "The graphics driver stopped the 3D view. It comes back by itself when the driver does.",
  "viewport.imageLoading": "Decoding image",
  "viewport.noImage": "No image near this frame",
  "viewport.noCalibration": "No usable calibration: labels are not projected",
  "viewport.noPose": "Camera position unknown at this time: labels are not projected",
  "viewport.unreadable": "The image cannot be read: see Problems",
  "viewport.undecodable": "This image cannot be decoded",
  "viewport.readingTiles": "Reading points of all frames",
  "viewport.points": "pt",
  "viewport.stack": "All frames",
  "viewport.said.human": "Human",
  "viewport.said.algorithm": "Algorithm",
  "viewport.said.model": "Model",
  "viewport.said.import": "Import",
  "viewport.said.interpolated": "Interpolated",
  "viewport.said.carried": "Carried on",
  "viewport.noCodec": "This browser does not decode the video",
} as const;

export type ViewportMessage = keyof typeof viewportMessages;

/** From a message key to the text a person reads. */
export type ViewportText = (key: ViewportMessage) => string;

export const englishText: ViewportText = (key) => viewportMessages[key];
