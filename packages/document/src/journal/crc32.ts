import { crc32 } from "@foxglove/crc";

/** CRC-32 (ISO 3309, as in zip and PNG) as 8 hex digits. Finds what a crash or a bad disk does, not what a forger does. */
export const crc32Hex = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(8, "0");
