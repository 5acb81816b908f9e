import { table } from "../io.ts";
import type { BenchReport, ClickRow, IouSummary, LabourRow } from "./report.ts";

/** The report in words and tables. */
export function textOf(report: BenchReport): string {
  const { clicks, vehicleClicks, labour, all, markedStatic, takenBack, parked, unfinished } = report;
  return [
    "3D IoU of upright cuboids; yaw counts modulo pi. Good: at least 0.7.",
    "",
    "One click, the class known; refit: the true heading and size given; estimated: those given that the product estimates from",
    "all frames of what one click, propagated, gave it.",
    table(
      [
        [
          "class",
          "points",
          "clicks",
          "median",
          ">=.5",
          ">=.7",
          "within .2 m",
          "refit",
          ">=.5",
          ">=.7",
          "estimated",
          ">=.5",
          ">=.7",
        ],
        ...clicks.map((row) => clickCells(row.classId, row.bin, row)),
        clickCells("vehicles", ">=50", vehicleClicks),
      ],
      "<>>>>>>>>>>>>",
    ),
    "",
    "Labeling, per 100 object-frames. Creations: of these (adjusted) the click was not good and was set. Corrections beyond",
    "creation, begun by the click and by a true cuboid; beside them what interpolation takes, begun by a true cuboid.",
    table(
      [
        [
          "class",
          "points",
          "objects",
          "frames",
          "creations",
          "adjusted",
          "by click",
          "true start",
          "greedy",
          "same rule",
          "sensor greedy",
          "sensor rule",
          "velocity",
          "copying",
        ],
        ...labour.map((row) => labourCells(row.classId, row.bin, row)),
        labourCells("all", "", all),
      ],
      "<>>>>>>>>>>>>>",
    ),
    "",
    `Corrections of a true start: ${ratio(all.byHand, all.greedy)} of greedy, ${ratio(all.byHand, all.sameRule)} of the same rule.`,
    `Marked static, as propagation found them standing: ${markedStatic}, taken back: ${takenBack}.`,
    `Vehicles that stand: ${parked.objects}, without correction: ${parked.byHand} (begun by the click: ${parked.byClick}).`,
    ...(unfinished > 0 ? [`Not good in every frame in the end: ${unfinished}.`] : []),
    "",
  ].join("\n");
}

const clickCells = (name: string, bin: string, row: Omit<ClickRow, "classId" | "bin">): string[] => [
  name,
  bin,
  String(row.count),
  ...iouCells(row.first),
  share(row.near),
  ...iouCells(row.refit),
  ...iouCells(row.estimated),
];

const iouCells = ({ median, half, good }: IouSummary): string[] => [median, half, good].map(share);
const share = (value: number | null | undefined): string =>
  value === null || value === undefined ? "" : value.toFixed(2);
const ratio = (a: number, b: number): string => (b === 0 ? "–" : (a / b).toFixed(2));

const labourCells = (name: string, bin: string, row: Omit<LabourRow, "classId" | "bin">): string[] => [
  name,
  bin,
  String(row.objects),
  String(row.frames),
  ...[
    row.creations,
    row.adjusted,
    row.byClick,
    row.byHand,
    row.greedy,
    row.sameRule,
    row.sensorGreedy,
    row.sensorSameRule,
    row.constantVelocity,
    row.copying,
  ].map((value) => value.toFixed(2)),
];
