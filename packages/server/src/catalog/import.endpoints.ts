// The call that imports a catalog, as JSON or YAML.
import { AppError } from '@ordertrail/core'
import { Type } from 'typebox'
import { type Caller, defineEndpoint, type Endpoint } from '../platform/http/index.ts'
import type { Store } from '../platform/store/index.ts'
import { CATALOG_CHARS_MAX, type CatalogFile } from './catalog-file.ts'
import { type ImportCatalogResult, type ImportRefusal, importCatalog } from './import-catalog.ts'
import { parseCatalogFile } from './parse-catalog-file.ts'

const PROJECT_ID_MAX = 2_147_483_647

/** Makes the call. The body may have any content type: JSON is YAML, and people send files as they have them. */
export function makeImportEndpoints({ store }: { readonly store: Store }): Readonly<Record<'importCatalog', Endpoint>> {
  return {
    importCatalog: defineEndpoint({
      operationId: 'import-catalog',
      summary: 'Import a catalog file, JSON or YAML, as a whole',
      tag: 'catalog',
      schema: {
        params: Type.Object({ project_id: Type.Integer({ minimum: 1, maximum: PROJECT_ID_MAX }) }),
        query: Type.Object({
          mode: Type.Optional(Type.Union([Type.Literal('replace'), Type.Literal('upsert')], { default: 'replace' })),
        }),
        bodyBytes: true,
        bodyBytesMax: CATALOG_CHARS_MAX,
        response: { 200: Type.Object({ created: Type.Integer(), updated: Type.Integer(), deleted: Type.Integer() }) },
      },
      async handle({ params, query, rawBody, caller }) {
        const catalog = await catalogOf(rawBody)
        const mode = query.mode ?? 'replace'
        const result = await store.run(importCatalog, {
          projectId: params.project_id,
          mode,
          catalog,
          actor: actorOf(caller),
        })
        return { status: 200, body: countsOf(result) }
      },
    }),
  }
}

async function catalogOf(body: Uint8Array | null): Promise<CatalogFile> {
  const parsed = await parseCatalogFile(textOf(body))
  if (parsed.kind === 'parsed') return parsed.catalog
  const [first] = parsed.faults
  const message =
    first === undefined
      ? undefined
      : `Line ${first.line}${first.sku === null ? '' : ` (${first.sku})`}: ${first.sentence}`
  throw new AppError('catalog_invalid', {
    ...(message === undefined ? {} : { message }),
    details: { errors: parsed.faults },
  })
}

function textOf(body: Uint8Array | null): string {
  if (body === null || body.length === 0)
    throw new AppError('catalog_invalid', { message: 'The body is empty. Send a catalog file.' })
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new AppError('catalog_invalid', { message: 'The file is not UTF-8 text.' })
  }
}

const REFUSALS: Readonly<Record<ImportRefusal['code'], string>> = {
  content_unknown: 'holds an item that neither the file nor the catalog has',
  content_is_bundle: 'holds a bundle, and bundles do not hold bundles',
  content_not_currency: 'is a package of virtual currency and holds something else',
  currency_unknown: 'has a price in a virtual currency that neither the file nor the catalog has',
  promotion_item_unknown: 'is a promotion of an item that neither the file nor the catalog has',
  code_taken: 'has a code that belongs to another promo code or coupon',
}

function countsOf(result: ImportCatalogResult): {
  readonly created: number
  readonly updated: number
  readonly deleted: number
} {
  if (result.kind === 'imported') return { created: result.created, updated: result.updated, deleted: result.deleted }
  if (result.kind === 'absent') throw new AppError('project_not_found')
  const { code, sku, contentSku } = result
  const sentence = `${sku} ${REFUSALS[code]}: ${contentSku}.`
  throw new AppError('catalog_invalid', { message: sentence, details: { errors: [{ sku, sentence }] } })
}

function actorOf(caller: Caller): string {
  return caller.kind === 'key' ? `key:${caller.keyName}` : caller.kind
}
