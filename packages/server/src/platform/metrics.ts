// Figures for Prometheus: named counters, gauges and histograms behind a narrow door.
import type { Gauge as PromGauge, Registry } from 'prom-client'

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

/** Figures of this process. prom-client (about 30 ms to load) is loaded only when they are on. */
export async function createMetrics(options: { readonly isOn: boolean }): Promise<Metrics> {
  if (!options.isOn) return noMetrics
  const prom = await import('prom-client')
  const registry = new prom.Registry()
  prom.collectDefaultMetrics({ register: registry })
  return {
    isOn: true,
    counter: (wanted) => counterOf(prom, registry, wanted),
    gauge: (wanted) => gaugeOf(prom, registry, wanted),
    histogram: (wanted) => histogramOf(prom, registry, wanted),
    text: () => registry.metrics(),
  }
}

type Prom = typeof import('prom-client')

function counterOf(prom: Prom, registry: Registry, wanted: MetricOptions<string>): Counter<string> {
  const counter = made(registry, wanted, (base) => new prom.Counter(base))
  return { add: (labels = {}, count = 1) => counter.inc(labels, count) }
}

function gaugeOf(
  prom: Prom,
  registry: Registry,
  wanted: MetricOptions<string> & { readonly read?: () => number },
): Gauge<string> {
  const { read } = wanted
  const gauge: PromGauge = made(registry, wanted, (base) => {
    return new prom.Gauge(read === undefined ? base : { ...base, collect: () => gauge.set(read()) })
  })
  return { set: (value, labels = {}) => gauge.set(labels, value) }
}

function histogramOf(
  prom: Prom,
  registry: Registry,
  wanted: MetricOptions<string> & { readonly buckets?: readonly number[] },
): Histogram<string> {
  const buckets = [...(wanted.buckets ?? SECONDS_BUCKETS)]
  const histogram = made(registry, wanted, (base) => new prom.Histogram({ ...base, buckets }))
  return { observe: (value, labels = {}) => histogram.observe(labels, value) }
}

interface FigureBase {
  readonly name: string
  readonly help: string
  readonly labelNames: string[]
  readonly registers: Registry[]
}

/** The figure of that name; two figures of different kinds under one name are a bug that the library reports. */
function made<Figure>(
  registry: Registry,
  { name, help, labels = [] }: MetricOptions<string>,
  make: (base: FigureBase) => Figure,
): Figure {
  const fullName = `${PREFIX}${name}`
  const found = registry.getSingleMetric(fullName)
  if (found !== undefined) return found as Figure
  return make({ name: fullName, help, labelNames: [...labels], registers: [registry] })
}
