// The table of settings in docs/guides/production.md, made from SETTINGS.
import { SETTINGS, type SettingName } from '../packages/server/src/platform/config/index.ts'

const HEAD = ['| Name in the file | Variable | Default | What it is |', '|---|---|---|---|']

/** The table as Markdown; one row per setting, in the order of SETTINGS. */
export function settingsTable(): string {
  const rows = (Object.keys(SETTINGS) as SettingName[]).map(rowOf)
  return [...HEAD, ...rows].join('\n')
}

function rowOf(name: SettingName): string {
  const { env, about } = SETTINGS[name]
  return `| ${name} | ${env.map((each) => `\`${each}\``).join(', ')} | ${defaultsOf(name)} | ${about} |`
}

/** The default of start, and that of dev where it is another one. Keys of dev are not worth reading. */
function defaultsOf(name: SettingName): string {
  const { defaults, isSecret } = SETTINGS[name]
  const [start, dev] = [defaults.start, defaults.dev].map((each) =>
    each.kind === 'required' ? 'required' : shown(each.value),
  )
  return start === dev || isSecret ? `${start}` : `${start}; dev: ${dev}`
}

function shown(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return 'none'
  return `\`${String(value)}\``
}
