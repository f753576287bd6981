// The door of the configuration.
export type { Config, ConfigProblem, ReadConfig, Source } from './config.ts'

export { printConfig } from './print-config.ts'
export { type ReadConfigOptions, readConfig } from './read-config.ts'
export { isAllRoles, ROLES, type Role } from './roles.ts'
export type { Mode } from './setting.ts'
export { SETTINGS, type SettingName } from './settings.ts'
