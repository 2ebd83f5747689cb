// SPDX-License-Identifier: MIT

export interface Line {
  name: string;
  points: { x: number; y: number }[];
}

export interface Figure {
  title: string;
  xLabel: string;
  lines: Line[];
  /** Logarithmic x: for figures that span decades. */
  logX?: boolean;
}

const [WIDTH, HEIGHT] = [640, 360];
const [LEFT, RIGHT, TOP, BOTTOM] = [76, 32, 40, 48];
const COLOURS = ["#1f5fa8", "#c2571a", "#2f8f4e", "#8a4fa3"];

/** A line chart of gas as SVG, y from zero. */
export function svg({ title, xLabel, lines, logX = false }: Figure): string {
  const points = lines.flatMap((line) => line.points);
  const scale = logX ? Math.log10 : (x: number) => x;
  const [low, high] = [Math.min(...points.map(({ x }) => x)), Math.max(...points.map(({ x }) => x))];
  const yTicks = ticks(Math.max(...points.map(({ y }) => y)));
  const top = yTicks.at(-1)!;
  const px = (x: number) =>
    round(LEFT + ((scale(x) - scale(low)) / (scale(high) - scale(low))) * (WIDTH - LEFT - RIGHT));
  const py = (y: number) => round(HEIGHT - BOTTOM - (y / top) * (HEIGHT - TOP - BOTTOM));
  const xTicks = [...new Set(points.map(({ x }) => x))].sort((a, b) => a - b);

  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(WIDTH / 2, 20, title, 'text-anchor="middle" font-size="14"'),
    text(WIDTH / 2, HEIGHT - 8, xLabel, 'text-anchor="middle"'),
  ];
  for (const y of yTicks) {
    parts.push(`<path d="M${LEFT} ${py(y)}H${WIDTH - RIGHT}" stroke="#ddd"/>`);
    parts.push(text(LEFT - 6, py(y) + 4, short(y), 'text-anchor="end"'));
  }
  let last = -Infinity;
  for (const x of xTicks) {
    if (px(x) - last < 28) continue; // labels would touch
    last = px(x);
    parts.push(text(px(x), HEIGHT - BOTTOM + 18, x.toLocaleString("en-US"), 'text-anchor="middle"'));
  }
  for (const [index, { name, points }] of lines.entries()) {
    const colour = COLOURS[index % COLOURS.length]!;
    const path = points.map(({ x, y }) => `${px(x)} ${py(y)}`).join("L");
    parts.push(`<path d="M${path}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    for (const { x, y } of points) parts.push(`<circle cx="${px(x)}" cy="${py(y)}" r="3" fill="${colour}"/>`);
    parts.push(`<rect x="${LEFT + 10}" y="${TOP + 4 + index * 18}" width="10" height="10" fill="${colour}"/>`);
    parts.push(text(LEFT + 26, TOP + 13 + index * 18, name));
  }
  return `${parts.join("\n")}\n</svg>\n`;
}

/** Round values from zero to at least `most`. */
function ticks(max: number): number[] {
  const magnitude = 10 ** Math.floor(Math.log10(max / 4));
  const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((each) => each * 5 >= max)!;
  return Array.from({ length: Math.ceil(max / step) + 1 }, (_, i) => i * step);
}

function text(x: number, y: number, content: string, attributes = ""): string {
  return `<text x="${x}" y="${y}" fill="#222" ${attributes}>${content.replace(/[&<]/g, (c) => `&#${c.charCodeAt(0)};`)}</text>`;
}

function short(gas: number): string {
  return gas >= 1e6 ? `${gas / 1e6}M` : gas >= 1e3 ? `${gas / 1e3}k` : String(gas);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
