import type { TagContent, TagWish } from "./choose-tags.ts";
import type { GroundLabel } from "./draw-surroundings.ts";
import { pixelOf, type Eye } from "./eye.ts";
import { withAlpha } from "./oklch.ts";
import { canvasColors, type Theme } from "./palette.ts";
import { placeTags, tagHeightPx, type TagBox } from "./place-tags.ts";

const fontFamily = 'var(--font, Inter, "Segoe UI", system-ui, sans-serif)';

/** Elements that are made once and refilled; those not used in a picture are hidden. */
class Pool {
  private readonly parent: HTMLElement;
  private readonly make: () => HTMLElement;
  private readonly elements: HTMLElement[] = [];
  private used = 0;

  constructor(parent: HTMLElement, make: () => HTMLElement) {
    this.parent = parent;
    this.make = make;
  }

  begin(): void {
    this.used = 0;
  }

  next(): HTMLElement {
    const known = this.elements[this.used++];
    if (known) {
      known.style.visibility = "";
      return known;
    }
    const element = this.make();
    this.elements.push(element);
    this.parent.append(element);
    return element;
  }

  end(): void {
    for (let i = this.used; i < this.elements.length; i++) this.elements[i].style.visibility = "hidden";
  }
}

/** Text over the 3D view, written into the page directly: it moves with every picture and must not render React. */
export class TagLayer {
  private readonly tags: Pool;
  private readonly words: Pool;
  private readonly measure: CanvasRenderingContext2D | null;
  private readonly widths = new Map<string, number>();
  private theme: Theme = "dark";
  private fontName = "";

  constructor(parent: HTMLElement) {
    this.words = new Pool(parent, () => part("position:absolute;left:0;top:0;white-space:nowrap"));
    this.tags = new Pool(parent, tagElement);
    this.measure = document.createElement("canvas").getContext("2d");
    this.fontName = getComputedStyle(parent).getPropertyValue("--font").trim() || "system-ui, sans-serif";
  }

  show(eye: Eye, theme: Theme, wishes: readonly TagWish[], labels: readonly GroundLabel[], free: TagBox): void {
    this.theme = theme;
    this.tags.begin();
    const boxes = placeTags(
      wishes.map(({ priority, anchor, belowPx, content }) => ({
        priority,
        anchor,
        widthPx: this.widthOf(content),
        ...(belowPx !== undefined && { belowPx }),
      })),
      free,
    );
    wishes.forEach((wish, i) => {
      const box = boxes[i];
      if (box) this.fill(this.tags.next(), wish, box);
    });
    this.tags.end();

    this.words.begin();
    for (const { kind, text, at } of labels) {
      const pixel = pixelOf(eye, at);
      if (!pixel) continue;
      const [x, y] = pixel.at;
      if (x < 0 || y < free.top || x > eye.widthPx || y > free.top + free.height) continue;
      const element = this.words.next();
      const colors = canvasColors[theme];
      const halo = colors.canvas;
      element.textContent = text;
      element.style.cssText = `position:absolute;left:0;top:0;white-space:nowrap;font:11px/16px ${fontFamily};color:${
        kind === "ego" ? colors.textSecond : colors.textThird
      };text-shadow:0 0 3px ${halo},0 0 2px ${halo},0 0 1px ${halo};transform:translate(-50%,-50%) translate(${x.toFixed(1)}px,${y.toFixed(1)}px)`;
    }
    this.words.end();
  }

  private fill(element: HTMLElement, { id, content }: TagWish, box: TagBox): void {
    const colors = canvasColors[this.theme];
    const selected = content.look === "selected";
    const [chip, name, detail] = [...element.children] as HTMLElement[];
    const bare = content.name === undefined;
    element.dataset.id = id;
    element.style.transform = `translate(${Math.round(box.left)}px,${Math.round(box.top)}px)`;
    element.style.zIndex = selected ? "2" : content.look === "hovered" ? "1" : "0";
    element.style.background = bare ? "none" : colors.tagGround;
    element.style.boxShadow = bare
      ? "none"
      : `inset 0 0 0 1px ${selected ? colors.selection : withAlpha(content.color, content.look === "hovered" ? 1 : 0.55)}`;
    chip.textContent = content.letter;
    chip.style.background = content.color;
    chip.style.color = colors.classInk;
    chip.style.boxShadow = bare ? `0 0 0 1px ${withAlpha(colors.halo, 0.75)}` : "none";
    name.textContent = content.name ?? "";
    name.style.display = bare ? "none" : "";
    name.style.color = colors.text;
    detail.textContent = content.detail ?? "";
    detail.style.display = content.detail ? "" : "none";
    detail.style.color = colors.textSecond;
  }

  private widthOf({ name, detail }: TagContent): number {
    if (name === undefined) return chipPx;
    return edgePx + chipPx + this.textWidth(name, 600) + gapPx * 2 + (detail ? this.textWidth(detail, 400) + gapPx : 0);
  }

  private textWidth(text: string, weight: number): number {
    const key = `${weight} ${text}`;
    let width = this.widths.get(key);
    if (width === undefined) {
      if (this.measure) this.measure.font = `${weight} 11px ${this.fontName}`;
      width = Math.ceil(this.measure?.measureText(text).width ?? text.length * 6.5);
      // Sizes change with every drag: the memory must not grow with the hours.
      if (this.widths.size > 2000) this.widths.clear();
      this.widths.set(key, width);
    }
    return width;
  }
}

const chipPx = 16;
const edgePx = 1;
const gapPx = 5;

const part = (css: string): HTMLElement => {
  const element = document.createElement("span");
  element.style.cssText = css;
  return element;
};

function tagElement(): HTMLElement {
  const element = part(
    `position:absolute;left:0;top:0;display:flex;align-items:center;height:${tagHeightPx}px;box-sizing:border-box;padding:0 ${edgePx}px;border-radius:3px;white-space:nowrap;font:11px/${tagHeightPx}px ${fontFamily};font-variant-numeric:tabular-nums`,
  );
  element.append(
    part(
      `display:grid;place-items:center;width:${chipPx}px;height:${chipPx}px;border-radius:3px;font-weight:700;line-height:1;flex:none`,
    ),
    part(`font-weight:600;margin:0 ${gapPx}px`),
    part(`margin-right:${gapPx}px`),
  );
  return element;
}
