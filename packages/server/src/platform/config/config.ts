// The configuration of one process: typed values of every setting, and where each came from.
import type { Mode } from './setting.ts'
import type { SettingName, SettingValues } from './settings.ts'

/** Values of all settings. */
export type Config = { readonly mode: Mode } & SettingValues

/** Where a value came from; the last one that has it wins, in this order. */
export type Source = 'default' | 'file' | 'environment' | 'flag'

/** A configuration that was read and checked. */
export interface ReadConfig {
  readonly config: Config
  readonly sources: Readonly<Record<SettingName, Source>>
  /** Sentences about what is probably a slip, such as a misspelt variable. */
  readonly warnings: readonly string[]
}

/** One setting that is wrong. Values of secrets read `(hidden)`. */
export interface ConfigProblem {
  readonly setting: string
  readonly value: string | null
  readonly sentence: string
}
