import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

/** The import table of shared/design/architecture.md §1, as a literal. `true` in `types`: only `import type`. */
interface Row {
  readonly workspace: readonly string[];
  readonly typesOnly?: readonly string[];
  readonly npm: readonly string[];
}

const table: Record<string, Row> = {
  geometry: { workspace: [], npm: [] },
  schema: { workspace: ["geometry"], npm: ["zod", "ulid"] },
  document: { workspace: ["geometry", "schema"], npm: ["@foxglove/crc", "idb", "zod"] },
  log: {
    workspace: ["geometry", "pointcloud"],
    npm: ["@foxglove/crc", "@foxglove/wasm-zstd", "comlink"],
  },
  pointcloud: { workspace: ["geometry"], npm: [] },
  assist: {
    workspace: ["geometry", "schema", "document", "pointcloud"],
    typesOnly: ["log"],
    npm: [],
  },
  formats: { workspace: ["geometry", "schema", "document"], npm: ["apache-arrow", "fflate"] },
  editor: {
    workspace: ["geometry", "schema", "document", "assist"],
    typesOnly: ["log"],
    npm: ["zustand"],
  },
  viewport: {
    workspace: ["geometry", "schema", "document", "log", "pointcloud", "assist", "editor"],
    npm: ["react", "react-dom", "three", "@react-three/fiber", "camera-controls", "zustand"],
  },
  synthetic: {
    workspace: ["geometry", "schema"],
    npm: ["@mcap/core", "@foxglove/wasm-zstd"],
  },
};

const root = new URL("..", import.meta.url).pathname;
const statement =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^;"']*?\sfrom\s*)?["']([^"']+)["']|import\(\s*["']([^"']+)["']\s*\)/g;

interface Import {
  readonly file: string;
  readonly target: string;
  readonly typeOnly: boolean;
}

function importsOf(name: string): Import[] {
  return readdirSync(`${root}packages/${name}/src`, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
    .map((file) => `packages/${name}/src/${file}`)
    .flatMap((file) =>
      [...readFileSync(`${root}${file}`, "utf8").matchAll(statement)].map((match) => ({
        file,
        target: match[3] ?? match[4],
        typeOnly: match[2] !== undefined,
      })),
    );
}

const packageOf = (target: string): string =>
  target
    .split("/")
    .slice(0, target.startsWith("@") ? 2 : 1)
    .join("/");

describe("the arrows of the architecture hold", () => {
  it("covers every package", () => {
    const packages = readdirSync(`${root}packages`);
    expect(packages.toSorted()).toEqual(Object.keys(table).toSorted());
  });

  for (const [name, row] of Object.entries(table)) {
    it(`${name} imports only what the table allows`, () => {
      const illegal = importsOf(name).filter(({ target, typeOnly, file }) => {
        if (target.startsWith(".")) return escapes(file, target, name);
        const to = packageOf(target);
        if (!to.startsWith("@sweepmark/")) return !row.npm.includes(to);
        const workspace = to.slice("@sweepmark/".length);
        return !row.workspace.includes(workspace) && !(typeOnly && row.typesOnly?.includes(workspace));
      });
      expect(illegal).toEqual([]);
    });
  }

  it("nothing below the apps imports an app, and nobody reaches into a package's src", () => {
    const deep = Object.keys(table)
      .flatMap(importsOf)
      .filter(({ target }) => /^@sweepmark\/[^/]+\//.test(target) || target === "sweepmark");
    expect(deep).toEqual([]);
  });
});

/** Whether a relative import leaves its package. */
function escapes(file: string, target: string, name: string): boolean {
  const resolved = new URL(target, `file:///${file}`).pathname;
  return !resolved.startsWith(`/packages/${name}/`);
}
