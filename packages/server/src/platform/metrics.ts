// Figures for Prometheus: named counters, gauges and histograms behind a narrow door.
import { type FigureTitle, type KeptFigure, keepCounter, keepGauge, keepHistogram } from './figures.ts'

/** Name, meaning and label names of one figure. Names are snake_case with the unit last, after the prefix `ordertrail_`. */
export interface MetricOptions<Label extends string> {
  readonly name: string
  readonly help: string
  readonly labels?: readonly Label[]
}

type Labels<Label extends string> = Partial<Record<Label, string | number>>

/** A figure that only grows. */
export interface Counter<Label extends string> {
  add(labels?: Labels<Label>, count?: number): void
}

/** A figure that goes up and down. */
export interface Gauge<Label extends string> {
  set(value: number, labels?: Labels<Label>): void
}

/** How figures spread, in seconds unless the name says otherwise. */
export interface Histogram<Label extends string> {
  observe(value: number, labels?: Labels<Label>): void
}

/** Makes figures. Each name is made once; asking again for a name gives the same figure. */
export interface Metrics {
  readonly isOn: boolean
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>
  /** @param options.read called at each reading, instead of `set` */
  gauge<Label extends string = never>(options: MetricOptions<Label> & { readonly read?: () => number }): Gauge<Label>
  histogram<Label extends string = never>(
    options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
  ): Histogram<Label>
  /** All figures in the text format of Prometheus; empty when off. */
  text(): Promise<string>
}

const PREFIX = 'ordertrail_'

/** From a quick read to a listener that takes its whole deadline. */
const SECONDS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30] as const

/** Figures that go nowhere. */
export const noMetrics: Metrics = {
  isOn: false,
  counter: () => ({ add: () => undefined }),
  gauge: () => ({ set: () => undefined }),
  histogram: () => ({ observe: () => undefined }),
  text: async () => '',
}

/**
 * Figures of this process, after those of Node itself, which prom-client measures; it (about 30 ms to load) is loaded only when they are on.
 *
 * Ours are kept by figures.ts: prom-client writes down the labels anew for each number, and a webhook has three of them.
 */
export async function createMetrics(options: { readonly isOn: boolean }): Promise<Metrics> {
  if (!options.isOn) return noMetrics
  const { collectDefaultMetrics, Registry } = await import('prom-client')
  const ofNode = new Registry()
  collectDefaultMetrics({ register: ofNode })
  const kept = new Map<string, KeptFigure>()
  return {
    isOn: true,
    counter: (wanted) => counterOf(kept, wanted),
    gauge: (wanted) => gaugeOf(kept, wanted),
    histogram: (wanted) => histogramOf(kept, wanted),
    text: async () => [await ofNode.metrics(), ...[...kept.values()].map((figure) => `${figure.text()}\n`)].join('\n'),
  }
}

type Kept = Map<string, KeptFigure>

function counterOf(kept: Kept, wanted: MetricOptions<string>): Counter<string> {
  const { add } = named(kept, 'counter', wanted, keepCounter)
  return { add: (labels = {}, count = 1) => add(labels, count) }
}

function gaugeOf(kept: Kept, wanted: MetricOptions<string> & { readonly read?: () => number }): Gauge<string> {
  const { set } = named(kept, 'gauge', wanted, (title) => keepGauge(title, wanted.read))
  return { set: (value, labels = {}) => set(labels, value) }
}

function histogramOf(
  kept: Kept,
  wanted: MetricOptions<string> & { readonly buckets?: readonly number[] },
): Histogram<string> {
  const { observe } = named(kept, 'histogram', wanted, (title) =>
    keepHistogram(title, wanted.buckets ?? SECONDS_BUCKETS),
  )
  return { observe: (value, labels = {}) => observe(labels, value) }
}

type FigureOf<Kind extends KeptFigure['kind']> = Extract<KeptFigure, { readonly kind: Kind }>

/** The figure of that name; one of another kind under the same name is a bug. */
function named<Kind extends KeptFigure['kind']>(
  kept: Kept,
  kind: Kind,
  { name, help, labels = [] }: MetricOptions<string>,
  make: (title: FigureTitle) => FigureOf<Kind>,
): FigureOf<Kind> {
  const fullName = `${PREFIX}${name}`
  const figure = kept.get(fullName) ?? make({ name: fullName, help, labels })
  if (!isOfKind(figure, kind))
    throw new Error(`The figure ${fullName} is a ${figure.kind} and cannot be a ${kind}, too.`)
  kept.set(fullName, figure)
  return figure
}

function isOfKind<Kind extends KeptFigure['kind']>(figure: KeptFigure, kind: Kind): figure is FigureOf<Kind> {
  return figure.kind === kind
}
