// Shows a configuration to a person: every setting, its value, where it came from; secrets hidden.
import type { ReadConfig } from './config.ts'
import { SETTINGS, type SettingName } from './settings.ts'

/**
 * One line per setting: name, value, source.
 *
 * Secrets read `(hidden)`, or `(none)` where there is none.
 */
export function printConfig(read: ReadConfig): string {
  const rows = (Object.keys(SETTINGS) as SettingName[]).map(
    (name) => [name, shown(name, read), read.sources[name]] as const,
  )
  const nameWidth = Math.max(...rows.map(([name]) => name.length))
  const valueWidth = Math.max(...rows.map(([, value]) => value.length))
  const lines = rows.map(([name, value, source]) => `${name.padEnd(nameWidth)}  ${value.padEnd(valueWidth)}  ${source}`)
  return [`mode ${read.config.mode}`, ...lines, ''].join('\n')
}

function shown(name: SettingName, read: ReadConfig): string {
  const value: unknown = read.config[name]
  if (value === null || (Array.isArray(value) && value.length === 0)) return '(none)'
  if (SETTINGS[name].isSecret) return '(hidden)'
  return Array.isArray(value) ? value.join(', ') : String(value)
}
