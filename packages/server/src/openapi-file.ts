// docs/openapi.json: written from the route table, and held against it by a test.
import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { type OpenApiInfo, openApiDocument } from './openapi.ts'
import type { Route } from './platform/http/index.ts'

/** The file in the repository. */
export const OPENAPI_FILE: URL = new URL('../../../docs/openapi.json', import.meta.url)

function textOf(routes: readonly Route[], info: OpenApiInfo): string {
  return `${JSON.stringify(openApiDocument(routes, info), null, 2)}\n`
}

/** Writes the document of `routes` into `file`. */
export async function writeOpenApiFile(
  routes: readonly Route[],
  info: OpenApiInfo = {},
  file: URL = OPENAPI_FILE,
): Promise<void> {
  await writeFile(file, textOf(routes, info))
}

/** For tests. @throws {AssertionError} when `file` is not what `routes` make, saying how to write it anew */
export async function assertOpenApiIsFresh(
  routes: readonly Route[],
  info: OpenApiInfo = {},
  file: URL = OPENAPI_FILE,
): Promise<void> {
  const written = await readFile(file, 'utf8').catch(() => '')
  const isFresh = written === textOf(routes, info)
  assert.ok(
    isFresh,
    'docs/openapi.json is not what the routes say. Write it anew: npm run node -- packages/server/src/write-openapi.ts',
  )
}
