// From the text of a catalog file to what can be imported, or to everything that is wrong with it.
import type { CatalogFile } from './catalog-file.ts'
import { catalogOfWritten } from './catalog-of-written.ts'
import { checkWrittenFile, type PathFault } from './check-written-file.ts'
import { readWrittenFile } from './read-written-file.ts'
import type { TextFault } from './text-fault.ts'
import type { FilePath, WrittenFile } from './written-file.ts'

/** Faults that are told at once; after so many the rest is probably one mistake. */
export const FAULTS_MAX = 20

/** One thing that is wrong. `line` and `column` count from 1; `path` is a text such as items[3].prices.JPY; `sku` null: no item's fault. */
export interface CatalogFault {
  readonly line: number
  readonly column: number
  readonly path: string
  readonly sku: string | null
  readonly sentence: string
}

/** A catalog, or why there is none. */
export type ParsedCatalogFile =
  | { readonly kind: 'parsed'; readonly catalog: CatalogFile }
  | { readonly kind: 'refused'; readonly faults: readonly CatalogFault[] }

/** Reads JSON or YAML. What a bundle holds may also be in the store already, so unknown SKUs inside are the importer's to refuse. */
export async function parseCatalogFile(text: string): Promise<ParsedCatalogFile> {
  const read = await readWrittenFile(text)
  if (read.kind === 'refused') return refused(read.faults, undefined)
  const faults = checkWrittenFile(read.file)
  if (faults.length > 0)
    return refused(
      faults.map((one: PathFault) => ({ ...one, ...read.positionOf(one.path) })),
      read.file,
    )
  return { kind: 'parsed', catalog: catalogOfWritten(read.file) }
}

function refused(faults: readonly TextFault[], file: WrittenFile | undefined): ParsedCatalogFile {
  const told = faults.slice(0, FAULTS_MAX).map(({ line, column, path, sentence }) => ({
    line,
    column,
    path: pathText(path),
    sku: skuAt(file, path),
    sentence,
  }))
  return { kind: 'refused', faults: told }
}

function pathText(path: FilePath): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${step}`))
    .join('')
}

function skuAt(file: WrittenFile | undefined, [list, index]: FilePath): string | null {
  return list === 'items' && typeof index === 'number' ? (file?.items[index]?.sku ?? null) : null
}
