// Groups as the documented call tells them: those at the top, each with those below it.
import { type CatalogGroup, textIn } from './item.ts'

/** A group with those below it. */
export interface GroupBody {
  readonly external_id: string
  readonly name: string
  readonly description: string
  readonly image_url: string | null
  readonly level: number
  readonly order: number
  readonly children: readonly GroupBody[]
  readonly parent_external_id: string | null
}

/** The groups at the top in their order. */
export function groupBodies(
  groups: ReadonlyMap<string, CatalogGroup>,
  locale: string | undefined,
): readonly GroupBody[] {
  return below(null, 0, [...groups.values()], locale)
}

function below(
  parent: string | null,
  level: number,
  groups: readonly CatalogGroup[],
  locale: string | undefined,
): readonly GroupBody[] {
  return groups
    .filter((group) => (group.parent?.externalId ?? null) === parent)
    .toSorted((a, b) => a.order - b.order || (a.externalId < b.externalId ? -1 : 1))
    .map((group) => ({
      external_id: group.externalId,
      name: textIn(group.name, locale),
      description: textIn(group.description, locale),
      image_url: group.imageUrl,
      level,
      order: group.order,
      children: below(group.externalId, level + 1, groups, locale),
      parent_external_id: parent,
    }))
}
