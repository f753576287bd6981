// The configuration file: `ordertrail.config.json`, `.yaml` or `.yml`, or the one that was named.
import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { isError } from '../is-error.ts'

/** Names that are looked for in the working folder, in this order. */
const CONFIG_FILE_NAMES = ['ordertrail.config.json', 'ordertrail.config.yaml', 'ordertrail.config.yml'] as const

/** What a file held, or why it could not be read; `absent` only where none was named. */
export type ConfigFile =
  | { readonly kind: 'read'; readonly path: string; readonly values: Readonly<Record<string, unknown>> }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unreadable'; readonly path: string; readonly sentence: string }

/**
 * Reads the configuration file.
 *
 * @param path the file that was named; undefined: the first of CONFIG_FILE_NAMES in `folder`, if there is one
 */
export async function readConfigFile(path: string | undefined, folder: string): Promise<ConfigFile> {
  if (path !== undefined) return readNamed(resolve(folder, path))
  for (const name of CONFIG_FILE_NAMES) {
    const file = await readNamed(resolve(folder, name))
    if (file.kind !== 'absent') return file
  }
  return { kind: 'absent' }
}

async function readNamed(path: string): Promise<ConfigFile> {
  try {
    const values = await parse(await readFile(path, 'utf8'), extname(path))
    if (isRecord(values)) return { kind: 'read', path, values }
    return { kind: 'unreadable', path, sentence: `${path} must hold settings by name.` }
  } catch (error) {
    if (isError(error) && 'code' in error && error.code === 'ENOENT') return { kind: 'absent' }
    const why = isError(error) ? error.message : String(error)
    return { kind: 'unreadable', path, sentence: `${path} cannot be read: ${why}` }
  }
}

/** YAML is loaded only for YAML: most starts have no file at all. */
async function parse(text: string, extension: string): Promise<unknown> {
  if (extension === '.json') return JSON.parse(text)
  const yaml = await import('yaml')
  return yaml.parse(text) ?? {}
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
