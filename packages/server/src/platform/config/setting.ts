// One setting of the server: its names, how its text is read, what it is by default, and the sentence that explains it.

/** `dev`: the emulator on one's own machine. `start`: production. */
export type Mode = 'dev' | 'start'

/** What reading a text gives: the value, or what it should have been ("a port number from 0 to 65535"). */
export type Parsed<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly wanted: string }

/**
 * One row of the table of settings.
 *
 * @property env environment variables, the first that is set counts
 * @property parse reads text (environment, flag) or a value of the configuration file
 * @property defaults by mode; `required` where an operator has to choose
 * @property isSecret never printed; may also come from a file named by `<env>_FILE`
 */
export interface Setting<Value> {
  readonly env: readonly [string, ...string[]]
  readonly about: string
  readonly parse: (given: unknown) => Parsed<Value>
  readonly defaults: Readonly<Record<Mode, Default<Value>>>
  readonly isSecret: boolean
}

/** A default, or the demand that there be a value. */
export type Default<Value> =
  | { readonly kind: 'value'; readonly value: Value }
  | { readonly kind: 'required'; readonly hint: string }

interface SettingOptions<Value> {
  readonly env: string | readonly [string, ...string[]]
  readonly about: string
  readonly parse: (given: unknown) => Parsed<Value>
  readonly isSecret?: boolean
}

/** A setting with one default for both modes, or one for each. */
export function setting<Value>(
  options: SettingOptions<Value> & {
    readonly default?: Value
    readonly dev?: Value
    readonly start?: Value | Required
  },
): Setting<Value> {
  const { env, about, parse, isSecret = false } = options
  const of = (value: Value | Required | undefined): Default<Value> =>
    value instanceof Required
      ? { kind: 'required', hint: value.hint }
      : { kind: 'value', value: (value ?? options.default) as Value }
  return {
    env: typeof env === 'string' ? [env] : env,
    about,
    parse,
    isSecret,
    defaults: { dev: of(options.dev), start: of(options.start) },
  }
}

/** Stands where a default would, with a hint how to get a value. */
export class Required {
  readonly hint: string

  constructor(hint: string) {
    this.hint = hint
  }
}
