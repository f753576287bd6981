// Counters, gauges and histograms of this process: kept as plain numbers by their labels, told in the text format of Prometheus.

/** Values of labels by name. One that is undefined is not told. */
export type LabelValues = Readonly<Record<string, string | number | undefined>>

/** Name, meaning and label names of one figure, as they are told. */
export interface FigureTitle {
  readonly name: string
  readonly help: string
  readonly labels: readonly string[]
}

interface Told<Kind extends string> {
  readonly kind: Kind
  /** Its lines, the last one without a line end. */
  text(): string
}

/** Only grows. */
export interface CounterFigure extends Told<'counter'> {
  add(labels: LabelValues, count: number): void
}

/** Goes up and down. */
export interface GaugeFigure extends Told<'gauge'> {
  set(labels: LabelValues, value: number): void
}

/** How values spread over buckets. */
export interface HistogramFigure extends Told<'histogram'> {
  observe(labels: LabelValues, value: number): void
}

/** One figure. */
export type KeptFigure = CounterFigure | GaugeFigure | HistogramFigure

/** A counter at 0. */
export function keepCounter(title: FigureTitle): CounterFigure {
  const series = keepSeries(title.labels, () => ({ value: 0 }))
  return {
    kind: 'counter',
    add(labels, count) {
      series.of(labels).value += count
    },
    text: () => told('counter', title, numberLines(title.name, series)),
  }
}

/** @param read asked at each reading for the value without labels */
export function keepGauge(title: FigureTitle, read?: () => number): GaugeFigure {
  const series = keepSeries(title.labels, () => ({ value: 0 }))
  const set: GaugeFigure['set'] = (labels, value) => {
    series.of(labels).value = value
  }
  return {
    kind: 'gauge',
    set,
    text() {
      if (read !== undefined) set({}, read())
      return told('gauge', title, numberLines(title.name, series))
    },
  }
}

/** @param bounds upper bounds of the buckets, ascending; the one without a bound comes by itself */
export function keepHistogram(title: FigureTitle, bounds: readonly number[]): HistogramFigure {
  const series = keepSeries(title.labels, () => ({ sum: 0, counts: new Array<number>(bounds.length + 1).fill(0) }))
  return {
    kind: 'histogram',
    observe(labels, value) {
      const spread = series.of(labels)
      const bucket = bucketOf(bounds, value)
      spread.counts[bucket] = (spread.counts[bucket] ?? 0) + 1
      spread.sum += value
    },
    text() {
      const lines = series.all.flatMap(([pairs, spread]) => spreadLines(title.name, pairs, bounds, spread))
      return told('histogram', title, lines)
    },
  }
}

function numberLines(name: string, series: Series<{ readonly value: number }>): readonly string[] {
  return series.all.map(([pairs, { value }]) => lineOf(name, pairs, value))
}

function bucketOf(bounds: readonly number[], value: number): number {
  let bucket = 0
  for (const bound of bounds) {
    if (value <= bound) break
    bucket += 1
  }
  return bucket
}

/** Buckets count everything up to their bound, so each one holds those before it. */
function spreadLines(
  name: string,
  pairs: readonly string[],
  bounds: readonly number[],
  { sum, counts }: { readonly sum: number; readonly counts: readonly number[] },
): readonly string[] {
  let count = 0
  const buckets = counts.map((more, bucket) => {
    count += more
    return lineOf(`${name}_bucket`, [`le="${bounds[bucket] ?? '+Inf'}"`, ...pairs], count)
  })
  return [...buckets, lineOf(`${name}_sum`, pairs, sum), lineOf(`${name}_count`, pairs, count)]
}

interface Series<Value> {
  of(labels: LabelValues): Value
  /** Each value with its labels as they are told, in the order in which they came up. */
  readonly all: readonly (readonly [pairs: readonly string[], value: Value])[]
}

/** The values whose first labels are these: the value of the next label leads on, and nothing has to be put together to look one up. */
interface Branch<Value> {
  readonly next: Map<string, Branch<Value>>
  value?: Value
}

/** One value for each combination of labels that comes up; without labels the one value is there from the beginning. */
function keepSeries<Value>(labelNames: readonly string[], make: () => Value): Series<Value> {
  const root: Branch<Value> = { next: new Map() }
  const all: [pairs: readonly string[], value: Value][] = []
  const of = (labels: LabelValues): Value => {
    let branch = root
    for (const name of labelNames) branch = branchOf(branch, labels[name])
    if (branch.value !== undefined) return branch.value
    const value = make()
    branch.value = value
    all.push([pairsOf(labelNames, labels), value])
    return value
  }
  if (labelNames.length === 0) of({})
  return { of, all }
}

function branchOf<Value>({ next }: Branch<Value>, label: string | number | undefined): Branch<Value> {
  const key = typeof label === 'string' ? label : String(label)
  const known = next.get(key)
  if (known !== undefined) return known
  const made: Branch<Value> = { next: new Map() }
  next.set(key, made)
  return made
}

function pairsOf(labelNames: readonly string[], labels: LabelValues): readonly string[] {
  const given = labelNames.filter((name) => labels[name] !== undefined)
  return given.map((name) => `${name}="${escaped(String(labels[name])).replaceAll('"', '\\"')}"`)
}

function told(kind: KeptFigure['kind'], { name, help }: FigureTitle, lines: readonly string[]): string {
  return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${kind}`, ...lines].join('\n')
}

function lineOf(name: string, pairs: readonly string[], value: number): string {
  return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${numberText(value)}`
}

function numberText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  return Number.isFinite(value) ? String(value) : `${value > 0 ? '+' : '-'}Inf`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
