import type { Eye } from "./eye.ts";
import { canvasColors, type Theme } from "./palette.ts";

const sizePx = 52;
const armPx = 17;
const svgNamespace = "http://www.w3.org/2000/svg";

const svg = (name: string, attributes: Readonly<Record<string, string>>): SVGElement => {
  const element = document.createElementNS(svgNamespace, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
};

const axes = [
  { letter: "X", color: "axisX", direction: [1, 0, 0] },
  { letter: "Y", color: "axisY", direction: [0, 1, 0] },
  { letter: "Z", color: "axisZ", direction: [0, 0, 1] },
] as const;

/** The world's axes as they lie in the view, with their letters; in the corner, moved with every picture. */
export class AxisGizmo {
  private readonly arms = axes.map(({ letter, color, direction }) => {
    const line = svg("line", { x1: "0", y1: "0", "stroke-width": "1.75", "stroke-linecap": "round" });
    const text = svg("text", { "text-anchor": "middle", "dominant-baseline": "central", "font-size": "11" });
    text.setAttribute("style", "font-weight:600;font-family:var(--font, system-ui, sans-serif);paint-order:stroke");
    text.setAttribute("stroke-width", "3");
    text.textContent = letter;
    return { line, text, color, direction };
  });
  private readonly root: SVGElement;
  private last = "";

  constructor(parent: HTMLElement) {
    this.root = svg("svg", {
      width: String(sizePx),
      height: String(sizePx),
      viewBox: `${-sizePx / 2} ${-sizePx / 2} ${sizePx} ${sizePx}`,
      "aria-hidden": "true",
    });
    this.root.append(...this.arms.flatMap(({ line, text }) => [line, text]));
    parent.append(this.root);
  }

  show(eye: Eye, theme: Theme): void {
    const key = `${theme} ${[...eye.right, ...eye.forward].map((value) => value.toFixed(3)).join(" ")}`;
    if (key === this.last) return;
    this.last = key;
    const [rx, ry, rz] = eye.right;
    const [fx, fy, fz] = eye.forward;
    const up = [ry * fz - rz * fy, rz * fx - rx * fz, rx * fy - ry * fx];
    const placed = this.arms.map((arm) => {
      const [x, y, z] = arm.direction;
      return {
        arm,
        right: x * rx + y * ry + z * rz,
        down: -(x * up[0] + y * up[1] + z * up[2]),
        away: x * fx + y * fy + z * fz,
      };
    });
    const letters: { readonly x: number; readonly y: number }[] = [];
    // An axis that points at the viewer lies on top.
    for (const { arm, right, down } of placed.toSorted((a, b) => b.away - a.away)) {
      const color = canvasColors[theme][arm.color];
      arm.line.setAttribute("x2", (right * armPx).toFixed(2));
      arm.line.setAttribute("y2", (down * armPx).toFixed(2));
      arm.line.setAttribute("stroke", color);
      const length = Math.hypot(right, down);
      // An axis seen end on has no room for its letter beside the others.
      arm.text.setAttribute("visibility", length < 0.25 ? "hidden" : "visible");
      const y = down * armPx + (down / (length || 1)) * 7;
      let x = right * armPx + (right / (length || 1)) * 7;
      // Two axes in line (x ahead and z, from behind ego): the nearer one's letter steps aside.
      if (letters.some((other) => Math.hypot(other.x - x, other.y - y) < 10)) x += 11;
      if (length >= 0.25) letters.push({ x, y });
      arm.text.setAttribute("x", x.toFixed(2));
      arm.text.setAttribute("y", y.toFixed(2));
      arm.text.setAttribute("fill", color);
      arm.text.setAttribute("stroke", canvasColors[theme].canvas);
      this.root.append(arm.line, arm.text);
    }
  }
}
