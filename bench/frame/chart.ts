// Figures as horizontal bars in SVG: the median as a bar, the spread as a whisker, what has to be reached as a dashed line.
import { type Scale, scaleFor } from './chart-scale.ts'
import type { Bar, Figure } from './question.ts'
import { shortNumber, summaryOf } from './statistics.ts'
import { escaped, linesOf, shape, widthOf, words } from './svg.ts'

const MARGIN = 16
const PLOT_WIDTH = 420
/** For the median and the verdict behind a bar. */
const VALUE_WIDTH = 190
const LABEL_CHARACTERS_MAX = 56
const LINE = 15
const ROW_PADDING = 9
const BAR_HEIGHT = 13
const TITLE_HEIGHT = 52
const PANEL_HEADING = 48
const LEGEND_HEIGHT = 34

/** Blue and orange are told apart by everybody; what is missed is hatched besides, and says so. */
const COLORS = {
  bar: '#4477aa',
  peer: '#aab8c8',
  missed: '#cc6622',
  ink: '#222',
  quiet: '#666',
  grid: '#ddd',
  stripe: '#f5f6f8',
}
const HATCH = `<defs><pattern id="missed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
<rect width="6" height="6" fill="${COLORS.missed}"/><line x1="0" y1="0" x2="0" y2="6" stroke="#fff" stroke-width="2.4"/></pattern></defs>`
const LEGEND =
  'Bar: median of the rounds. Line: lowest to highest. Dashed: what has to be reached; hatched: missed. Pale: others.'

/** Units whose 1 means "the same": a line stands there. */
const RATIOS: ReadonlySet<string> = new Set(['times', 'times as many', 'times as long', 'times the CPU', 'share'])

/** A figure with the lines of its name. */
interface RowPlan {
  readonly figure: Figure
  readonly lines: readonly string[]
}

/** What all rows of a panel share. */
interface Frame {
  readonly scale: Scale
  /** Left end of the plot. */
  readonly left: number
  readonly width: number
}

/** One panel for each unit, because bars of different units do not compare; `subtitle` says on what it was measured. */
export function barChart(title: string, figures: readonly Figure[], subtitle = ''): string {
  const plans = figures.map((figure) => ({ figure, lines: linesOf(figure.name, LABEL_CHARACTERS_MAX) }))
  const longest = Math.max(...plans.flatMap(({ lines }) => lines).map(widthOf), 0)
  const left = MARGIN + longest + MARGIN
  const width = Math.max(left + PLOT_WIDTH + VALUE_WIDTH, MARGIN * 2 + widthOf(LEGEND))
  let y = TITLE_HEIGHT
  const drawn = [...Map.groupBy(plans, ({ figure }) => figure.unit)].map(([unit, rows]) => {
    const top = y
    y += PANEL_HEADING + rows.reduce((sum, row) => sum + heightOf(row), 0)
    return panelAt(top, unit, rows, { left, width })
  })
  const height = y + LEGEND_HEIGHT
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" width="${width.toFixed(0)}" height="${height}" font-family="system-ui, 'DejaVu Sans', sans-serif" font-size="12">
<title>${escaped(title)}</title>
${HATCH}
<rect width="100%" height="100%" fill="#fff"/>
${words(MARGIN, 24, title, { 'font-size': 16, 'font-weight': 600 })}
${words(MARGIN, 42, subtitle, { fill: COLORS.quiet })}
${drawn.join('\n')}
${words(MARGIN, height - 12, LEGEND, { fill: COLORS.quiet })}
</svg>
`
}

function heightOf({ lines }: RowPlan): number {
  return lines.length * LINE + ROW_PADDING
}

function panelAt(top: number, unit: string, rows: readonly RowPlan[], place: Omit<Frame, 'scale'>): string {
  const ends = rows.flatMap(({ figure }) => {
    const { lowest, highest } = summaryOf(figure)
    return [lowest, highest, ...(figure.bar === null ? [] : [figure.bar.value])]
  })
  const isRatio = RATIOS.has(unit)
  const frame = { ...place, scale: scaleFor(isRatio ? [...ends, 1] : ends, PLOT_WIDTH) }
  const bottom = top + PANEL_HEADING + rows.reduce((sum, row) => sum + heightOf(row), 0)
  const heading = frame.scale.isLogarithmic ? `${unit} (each line is ten times the one before)` : unit
  let y = top + PANEL_HEADING
  const drawn = rows.map((row, index) => {
    const at = y
    y += heightOf(row)
    return rowAt(at, row, frame, index)
  })
  return [
    words(MARGIN, top + 24, heading, { 'font-weight': 600 }),
    ...drawn.map(({ below }) => below),
    grid(top + PANEL_HEADING, bottom, frame),
    ...(isRatio ? [verticalAt(frame, 1, top + PANEL_HEADING, bottom, { stroke: COLORS.quiet })] : []),
    ...drawn.map(({ above }) => above),
  ].join('\n')
}

function grid(top: number, bottom: number, frame: Frame): string {
  return frame.scale.ticks
    .map((tick) =>
      [
        verticalAt(frame, tick, top, bottom, { stroke: COLORS.grid }),
        words(frame.left + frame.scale.at(tick), top - 5, tickText(tick), {
          fill: COLORS.quiet,
          'font-size': 10,
          'text-anchor': 'middle',
        }),
      ].join(''),
    )
    .join('\n')
}

/** Ticks are round already. */
function tickText(tick: number): string {
  return Number(tick.toPrecision(3)).toLocaleString('en-US')
}

function verticalAt(
  { left, scale }: Frame,
  value: number,
  top: number,
  bottom: number,
  attributes: Readonly<Record<string, string>>,
): string {
  const x = left + scale.at(value)
  return shape('line', { x1: x, x2: x, y1: top, y2: bottom, ...attributes })
}

/** A row in two layers, for the grid lies between its stripe and its bar. */
function rowAt(
  y: number,
  row: RowPlan,
  frame: Frame,
  index: number,
): { readonly below: string; readonly above: string } {
  const height = heightOf(row)
  const stripe = shape('rect', { x: 0, y, width: frame.width, height, fill: COLORS.stripe })
  const labels = row.lines.map((line, number) => words(MARGIN, y + ROW_PADDING / 2 + 11 + number * LINE, line))
  return {
    below: index % 2 === 0 ? stripe : '',
    above: [...labels, barOf(y + height / 2, row.figure, frame)].join('\n'),
  }
}

function barOf(middle: number, figure: Figure, frame: Frame): string {
  const { median, lowest, highest, isBarMet } = summaryOf(figure)
  const { left, scale } = frame
  const x = (value: number): number => left + scale.at(value)
  const y = middle - BAR_HEIGHT / 2
  const fill = isBarMet === false ? 'url(#missed)' : figure.isPeer === true ? COLORS.peer : COLORS.bar
  const end = Math.max(x(highest), x(median), figure.bar === null ? 0 : x(figure.bar.value))
  return [
    shape('rect', { x: left, y, width: scale.at(median), height: BAR_HEIGHT, fill }),
    ...(figure.rounds.length > 1 ? [whisker(x(lowest), x(highest), middle)] : []),
    ...(figure.bar === null ? [] : [target(x(figure.bar.value), middle)]),
    words(end + 8, middle + 4, valueText(median, figure.bar, isBarMet), { fill: COLORS.ink }),
  ].join('\n')
}

/** With a white edge, to be seen upon the bar. */
function whisker(from: number, to: number, middle: number): string {
  const d = `M${from.toFixed(1)} ${middle - 3}v6M${from.toFixed(1)} ${middle}H${to.toFixed(1)}M${to.toFixed(1)} ${middle - 3}v6`
  return [
    shape('path', { d, stroke: '#fff', 'stroke-width': 3, fill: 'none' }),
    shape('path', { d, stroke: COLORS.ink, 'stroke-width': 1.2, fill: 'none' }),
  ].join('')
}

function target(x: number, middle: number): string {
  const reach = BAR_HEIGHT / 2 + 4
  return shape('line', {
    ...{ x1: x, x2: x, y1: middle - reach, y2: middle + reach },
    ...{ stroke: COLORS.ink, 'stroke-width': 1.6, 'stroke-dasharray': '3 2' },
  })
}

function valueText(median: number, bar: Bar | null, isBarMet: boolean | null): string {
  if (bar === null || isBarMet === null) return shortNumber(median)
  const wanted = `${bar.kind === 'at_least' ? '≥' : '≤'} ${shortNumber(bar.value)}`
  return `${shortNumber(median)}  ${isBarMet ? `✓ ${wanted}` : `✗ missed ${wanted}`}`
}
