// The shape of one entry in the list of error codes.

/**
 * What an error code stands for.
 *
 * `sentence` says what happened and what to do. `storeCode` is the number of the documented store API, `storeMessage`
 * its text behind the bracket, where {name} is filled from the error's details.
 */
export interface ErrorDefinition {
  readonly status: number
  readonly sentence: string
  readonly storeCode?: number
  readonly storeMessage?: string
}
