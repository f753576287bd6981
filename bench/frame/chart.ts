// Figures as horizontal bars in SVG: the median as a bar, the spread as a whisker, what has to be reached as a dashed line.
import type { Figure } from './question.ts'
import { shortNumber, summaryOf } from './statistics.ts'

const WIDTH = 860
const LABEL_WIDTH = 320
const VALUE_WIDTH = 110
const ROW = 26
const BAR_HEIGHT = 14
const HEADING = 34
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH

/** One panel for each unit, because bars of different units do not compare. */
export function barChart(title: string, figures: readonly Figure[]): string {
  const panels = [...Map.groupBy(figures, (figure) => figure.unit)]
  let y = HEADING
  const drawn = panels.map(([unit, ofUnit]) => {
    const panel = panelAt(y, unit, ofUnit)
    y += HEADING + ofUnit.length * ROW
    return panel
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y + ROW}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${text(12, 22, title, 'font-size="15" font-weight="600"')}
${drawn.join('\n')}
</svg>
`
}

function panelAt(top: number, unit: string, figures: readonly Figure[]): string {
  const ends = figures.flatMap((figure) => [summaryOf(figure).highest, figure.bar?.value ?? 0])
  const scale = PLOT_WIDTH / Math.max(...ends.filter(Number.isFinite), Number.MIN_VALUE)
  const rows = figures.map((figure, index) => rowAt(top + HEADING + index * ROW, figure, scale))
  return [text(12, top + 24, unit, 'fill="#666"'), ...rows].join('\n')
}

function rowAt(y: number, figure: Figure, scale: number): string {
  const { median, lowest, highest, isBarMet } = summaryOf(figure)
  const x = (value: number): string => (LABEL_WIDTH + (Number.isFinite(value) ? value * scale : 0)).toFixed(1)
  const middle = y + BAR_HEIGHT / 2
  const width = (Number.isFinite(median) ? median * scale : 0).toFixed(1)
  const parts = [
    text(12, y + 11, figure.name),
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${width}" height="${BAR_HEIGHT}" fill="${isBarMet === false ? '#c0504d' : '#4f81bd'}"/>`,
    `<line x1="${x(lowest)}" x2="${x(highest)}" y1="${middle}" y2="${middle}" stroke="#222"/>`,
    text(Number(x(Math.max(highest, median))) + 8, y + 11, shortNumber(median)),
  ]
  if (figure.bar !== null) {
    const at = x(figure.bar.value)
    parts.push(
      `<line x1="${at}" x2="${at}" y1="${y - 4}" y2="${y + BAR_HEIGHT + 4}" stroke="#222" stroke-dasharray="3 2"/>`,
    )
  }
  return parts.join('\n')
}

function text(x: number, y: number, content: string, attributes = ''): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`
}
