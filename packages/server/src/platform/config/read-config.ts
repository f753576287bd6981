// Reads the configuration: flags over environment over file over defaults; all that is wrong is told at once.
import { readFileSync } from 'node:fs'
import { AppError } from '@ordertrail/core'
import { isError } from '../is-error.ts'
import type { Config, ConfigProblem, ReadConfig, Source } from './config.ts'
import { type ConfigFile, readConfigFile } from './config-file.ts'
import { isAllRoles } from './roles.ts'
import type { Mode, Setting } from './setting.ts'
import { SETTINGS, type SettingName } from './settings.ts'

const ENV_PREFIX = 'ORDERTRAIL_'
const ENV_OWN = new Set<string>(Object.values(SETTINGS).flatMap((row) => row.env))
const NAMES = Object.keys(SETTINGS) as readonly SettingName[]

/** Variables of tests and other tools of ours, which are no settings. */
const ENV_OF_OTHERS = /^ORDERTRAIL_(TEST|CLIENT|EXAMPLE|CLI)_/

/** From where to read. */
export interface ReadConfigOptions {
  readonly mode: Mode
  /** Default: the environment of the process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Values that go before all others, such as command-line flags, by the names of the settings. */
  readonly overrides?: Readonly<Partial<Record<SettingName, unknown>>>
  /** File named by --config; undefined: looked for in `folder`. */
  readonly configPath?: string | undefined
  /** Default: the working folder. */
  readonly folder?: string
}

/** A given value and where it was given. */
interface Given {
  readonly source: Source
  readonly label: string
  readonly value: unknown
}

/**
 * Reads and checks every setting.
 *
 * @throws {AppError} config_invalid with `details.problems`: every wrong setting with its value and what to do
 */
export async function readConfig(options: ReadConfigOptions): Promise<ReadConfig> {
  const env = options.env ?? process.env
  const file = await readConfigFile(options.configPath, options.folder ?? process.cwd())
  const problems: ConfigProblem[] = fileProblems(file, options.configPath)
  const values: Record<string, unknown> = { mode: options.mode }
  const sources: Record<string, Source> = {}
  for (const name of NAMES) {
    const read = readSetting(name, SETTINGS[name], { ...options, env, file })
    sources[name] = read.source
    if (read.problem === undefined) values[name] = read.value
    else problems.push(read.problem)
  }
  if (problems.length === 0) problems.push(...contradictions(values as unknown as Config))
  if (problems.length > 0) throw configInvalid(problems)
  return {
    config: values as unknown as Config,
    sources: sources as Record<SettingName, Source>,
    warnings: warningsOf(env),
  }
}

type Context = ReadConfigOptions & {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly file: ConfigFile
}
type ReadSetting = { readonly source: Source; readonly value?: unknown; readonly problem?: ConfigProblem }

function readSetting(name: SettingName, row: Setting<unknown>, context: Context): ReadSetting {
  const given = givenValue(name, row, context)
  if (given === undefined) return defaultOf(name, row, context.mode)
  if ('problem' in given) return { source: 'environment', problem: given.problem }
  const parsed = row.parse(given.value)
  if (parsed.ok) return { source: given.source, value: parsed.value }
  const value = row.isSecret ? '(hidden)' : JSON.stringify(given.value)
  const sentence = `${given.label} must be ${parsed.wanted}, got ${value}. ${row.about}`
  return { source: given.source, problem: { setting: name, value, sentence } }
}

/** The value that counts, from the strongest source that has one. An empty variable counts as absent. */
function givenValue(
  name: SettingName,
  row: Setting<unknown>,
  context: Context,
): Given | { problem: ConfigProblem } | undefined {
  const flag = context.overrides?.[name]
  if (flag !== undefined) return { source: 'flag', label: `The flag for ${name}`, value: flag }
  // In dev a DATABASE_URL or PORT is most likely that of the game's own program on the same machine.
  const names = row.env.filter((each) => context.mode === 'start' || each.startsWith(ENV_PREFIX))
  const variable = names.find((each) => (context.env[each] ?? '') !== '')
  if (variable !== undefined) return { source: 'environment', label: variable, value: context.env[variable] }
  const fromFile = row.isSecret ? secretFile(name, row, context.env) : undefined
  if (fromFile !== undefined) return fromFile
  const value = context.file.kind === 'read' ? context.file.values[name] : undefined
  return value === undefined ? undefined : { source: 'file', label: `${name} in the configuration file`, value }
}

/** `<variable>_FILE` names a file that holds the secret, as container platforms mount them. */
function secretFile(
  name: SettingName,
  row: Setting<unknown>,
  env: Readonly<Record<string, string | undefined>>,
): Given | { problem: ConfigProblem } | undefined {
  const variable = `${row.env[0]}_FILE`
  const path = env[variable] ?? ''
  if (path === '') return undefined
  try {
    return { source: 'environment', label: variable, value: readFileSync(path, 'utf8').trim() }
  } catch (error) {
    const why = isError(error) ? error.message : String(error)
    return { problem: { setting: name, value: path, sentence: `${variable} names a file that cannot be read: ${why}` } }
  }
}

function defaultOf(name: SettingName, row: Setting<unknown>, mode: Mode): ReadSetting {
  const fallback = row.defaults[mode]
  if (fallback.kind === 'value') return { source: 'default', value: fallback.value }
  const sentence = `${row.env[0]} is required. ${row.about} ${fallback.hint}`
  return { source: 'default', problem: { setting: name, value: null, sentence } }
}

function fileProblems(file: ConfigFile, wanted: string | undefined): ConfigProblem[] {
  if (file.kind === 'unreadable') return [{ setting: '--config', value: file.path, sentence: file.sentence }]
  if (file.kind === 'absent' && wanted !== undefined) {
    return [{ setting: '--config', value: wanted, sentence: `The configuration file ${wanted} does not exist.` }]
  }
  const names = file.kind === 'read' ? Object.keys(file.values) : []
  const unknown = names.filter((name) => !(NAMES as readonly string[]).includes(name))
  return unknown.map((name) => ({
    setting: name,
    value: null,
    sentence: `${name} in the configuration file is no setting. Settings are: ${NAMES.join(', ')}.`,
  }))
}

/** Settings that are right alone and wrong together. */
function contradictions(config: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = []
  problems.push(...roleProblems(config), ...brokerProblems(config))
  if (config.mode === 'start' && config.allowTimeSkip) {
    const sentence = 'ORDERTRAIL_ALLOW_TIME_SKIP must be false: time is only moved in dev.'
    problems.push({ setting: 'allowTimeSkip', value: 'true', sentence })
  }
  return problems
}

function roleProblems({ role, databaseUrl }: Config): readonly ConfigProblem[] {
  if (isAllRoles(role) || databaseUrl !== null) return []
  const value = role.join(',')
  const sentence = `The role ${value} needs PostgreSQL: set DATABASE_URL, or use the role all, because one process holds all roles on SQLite.`
  return [{ setting: 'role', value, sentence }]
}

function brokerProblems({ broker, databaseUrl, natsServers }: Config): readonly ConfigProblem[] {
  if (broker !== 'postgres' && broker !== 'nats') return []
  if (databaseUrl === null) {
    const sentence = `The broker ${broker} needs PostgreSQL: set DATABASE_URL, or leave the broker at auto, because a SQLite file has one process.`
    return [{ setting: 'broker', value: broker, sentence }]
  }
  if (broker === 'postgres' || natsServers.length > 0) return []
  return [{ setting: 'natsServers', value: null, sentence: 'The broker nats needs ORDERTRAIL_NATS_URL.' }]
}

function configInvalid(problems: readonly ConfigProblem[]): AppError {
  const sentences = problems.map((problem) => `- ${problem.sentence}`).join('\n')
  return new AppError('config_invalid', {
    message: `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${sentences}`,
    details: { problems },
  })
}

function warningsOf(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const strange = Object.keys(env).filter(
    (name) => name.startsWith(ENV_PREFIX) && !ENV_OWN.has(name.replace(/_FILE$/, '')) && !ENV_OF_OTHERS.test(name),
  )
  return strange.map((name) => `${name} is set but is no setting of this version.`)
}
