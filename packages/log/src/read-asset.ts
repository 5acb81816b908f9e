/** The bytes of a file that belongs to this package: fetched from the page's own origin, or read by Node. */
export async function readAsset(url: URL): Promise<Uint8Array<ArrayBuffer>> {
  if (url.protocol === "file:") {
    // Node's fetch reads no files, and a static import of node:fs does not bundle for the page.
    const { process } = globalThis as { readonly process?: NodeProcess };
    const bytes = process?.getBuiltinModule("node:fs").readFileSync(url);
    if (bytes) return bytes;
  }
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url.pathname}: the server answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

interface NodeProcess {
  getBuiltinModule(name: "node:fs"): { readFileSync(url: URL): Uint8Array<ArrayBuffer> };
}
