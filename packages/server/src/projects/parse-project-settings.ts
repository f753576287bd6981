// How the stored text of a project's settings becomes settings.
import {
  defaultProjectSettings,
  type ProjectSettings,
  type ProjectSettingsPatch,
  patchedSettings,
} from './project-settings.ts'
import { settingsFaults } from './settings-schema.ts'

/** How many different settings texts are kept parsed; transitions ask for the same few all the time. */
const PARSED_TEXTS_MAX = 1_000
const parsedTexts = new Map<string, ProjectSettings>()

/**
 * Settings from the text of projects.settings.
 *
 * Members that an older version did not write take their default.
 *
 * @throws {Error} when the text is not settings: the row was written by something else, or is damaged
 */
export function parseProjectSettings(text: string): ProjectSettings {
  const known = parsedTexts.get(text)
  if (known !== undefined) return known
  const settings = patchedSettings(defaultProjectSettings, JSON.parse(text) as ProjectSettingsPatch)
  const fault = settingsFaults(settings)[0]
  if (fault !== undefined) throw new Error(`Stored project settings are damaged at ${fault.path}: ${fault.sentence}`)
  if (parsedTexts.size >= PARSED_TEXTS_MAX) parsedTexts.clear()
  parsedTexts.set(text, settings)
  return settings
}
