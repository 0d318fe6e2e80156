/** One line of a plot. */
export interface Series {
  name: string
  color: string
  points: { x: number; y: number }[]
}

const WIDTH = 800
const HEIGHT = 360
const frame = { left: 60, right: 20, top: 50, bottom: 45 }

/** A plot as SVG, from zero on both axes. Its text is the reader's own colour where the page has one. */
export function plot(title: string, axes: { x: string; y: string }, series: readonly Series[]): string {
  const points = series.flatMap((line) => line.points)
  const [maxX, maxY] = [niceMaximum(points.map(({ x }) => x)), niceMaximum(points.map(({ y }) => y))]
  const atX = (x: number) => round(frame.left + (x / maxX) * (WIDTH - frame.left - frame.right))
  const atY = (y: number) => round(HEIGHT - frame.bottom - (y / maxY) * (HEIGHT - frame.top - frame.bottom))
  const ticks = [0, 0.25, 0.5, 0.75, 1]
  const parts = [
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    text(WIDTH / 2, 22, title, 'middle', 15),
    ...ticks.flatMap((part) => [
      `<path d="M${atX(0)} ${atY(part * maxY)}H${atX(maxX)}" stroke="#ddd"/>`,
      text(frame.left - 8, atY(part * maxY) + 4, String(round(part * maxY)), 'end'),
      text(atX(part * maxX), HEIGHT - frame.bottom + 18, String(round(part * maxX)), 'middle'),
    ]),
    text(WIDTH / 2, HEIGHT - 8, axes.x, 'middle'),
    text(10, frame.top - 12, axes.y, 'start'),
    ...series.flatMap(({ name, color, points }, index) => [
      `<polyline fill="none" stroke="${color}" stroke-width="1.5" points="${points.map(({ x, y }) => `${atX(x)},${atY(y)}`).join(' ')}"/>`,
      text(WIDTH - frame.right - index * 110, frame.top - 12, name, 'end', 12, color),
    ]),
  ]
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif">\n${parts.join('\n')}\n</svg>\n`
}

const text = (x: number, y: number, content: string, anchor: string, size = 12, color = '#333'): string =>
  `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${color}">${content}</text>`

const round = (value: number): number => Math.round(value * 10) / 10

/** The next of 1, 2, 4, 6, 8 times a power of ten, for ticks that can be read. */
function niceMaximum(values: readonly number[]): number {
  const maximum = Math.max(...values, 1)
  const power = 10 ** Math.floor(Math.log10(maximum))
  return ([1, 2, 4, 6, 8, 10].find((step) => step * power >= maximum) ?? 10) * power
}
