import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";

/** As the system hands a dropped file over: dragover, then drop, with the file in the DataTransfer. */
export async function drop(page: Page, file: string, name: string): Promise<void> {
  const base64 = (await readFile(file)).toString("base64");
  await page.evaluate(
    async ([content, fileName]) => {
      const bytes = Uint8Array.from(atob(content), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], fileName));
      for (const kind of ["dragover", "drop"])
        document.body.dispatchEvent(new DragEvent(kind, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    },
    [base64, name] as const,
  );
}
