/**
 * Resolves when the browser's graphics are up. The first WebGL context of a page waits for a process to start (0.4 s with
 * SwiftShader, 0.1 s with a GPU) and blocks whoever asks for it: a worker asks, as the page starts. Its context goes with
 * it, the process stays.
 */
export const graphicsReady: Promise<void> = new Promise((resolve) => {
  const worker = new Worker(new URL("./warm-graphics.worker.ts", import.meta.url), { type: "module" });
  worker.onmessage = worker.onerror = () => {
    worker.terminate();
    resolve();
  };
});
