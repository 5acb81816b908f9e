import type { Memory } from "@sweepmark/editor";
import { formatCount, formatMemory } from "../messages/numbers.ts";
import { text } from "../messages/text.ts";

const MiB = 1024 ** 2;

/** "Decoded 212 of 480 MiB, images 31 MiB, GPU 3 MiB". */
export function memoryWords(memory: Memory): string {
  const { frames, images, points, cloud } = memory.held();
  const words = [
    text.t("memory.frames", { held: formatCount(frames / MiB), most: formatMemory(memory.shareOf("frames")) }),
    text.t("memory.images", { held: formatMemory(images) }),
    text.t("memory.points", { held: formatMemory(points) }),
  ];
  if (cloud > 0) words.push(text.t("memory.cloud", { held: formatMemory(cloud) }));
  return words.join(", ");
}
