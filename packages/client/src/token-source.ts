// The token of the player: asked for once, and again when it was refused.

/** A token, or how to get one. A function is called again after a refusal. */
export type TokenOption = string | (() => string | Promise<string>)

/** Gives the token to requests and connects. */
export interface TokenSource {
  /** @throws what the function of the game throws */
  get(): Promise<string>
  /** `token` was refused. False: there is no other one. */
  refuse(token: string): boolean
}

/** Makes the source. Orders that are refused together ask the game once. */
export function createTokenSource(option: TokenOption): TokenSource {
  let known: string | undefined
  let asked: Promise<string> | undefined
  const ask = async (): Promise<string> => {
    // What a function throws at once comes after its promise was kept, too.
    await null
    try {
      known = await (typeof option === 'string' ? option : option())
      return known
    } catch (error) {
      asked = undefined
      throw error
    }
  }
  return {
    get() {
      asked ??= ask()
      return asked
    },
    refuse(token) {
      if (known === token) {
        known = undefined
        asked = undefined
      }
      return typeof option !== 'string'
    },
  }
}
