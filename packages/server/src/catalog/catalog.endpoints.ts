// The documented calls that read a catalog.
import type { Endpoint } from '../platform/http/index.ts'
import { allEndpoint, groupsEndpoint } from './item-groups.endpoints.ts'
import { groupEndpoint, listEndpoint } from './item-list.endpoints.ts'
import type { ItemFilter } from './item-queries.ts'
import { idEndpoint, skuEndpoint } from './one-item.endpoints.ts'
import type { CatalogEndpointDeps } from './shown-items.ts'

/** Names of the calls. */
export type CatalogEndpointName =
  | 'getItems'
  | 'getItemsOfGroup'
  | 'getItemBySku'
  | 'getItemById'
  | 'getVirtualItems'
  | 'getVirtualItemsOfGroup'
  | 'getAllVirtualItems'
  | 'getVirtualItemBySku'
  | 'getVirtualCurrencies'
  | 'getVirtualCurrencyBySku'
  | 'getVirtualCurrencyPackages'
  | 'getVirtualCurrencyPackageBySku'
  | 'getBundles'
  | 'getBundlesOfGroup'
  | 'getBundleBySku'
  | 'getItemGroups'

/** Makes the calls. The country decides prices; it comes from the query or the token, never from the caller's address. */
export function makeCatalogEndpoints(deps: CatalogEndpointDeps): Readonly<Record<CatalogEndpointName, Endpoint>> {
  return {
    getItems: listEndpoint(deps, 'get-sellable-items', 'Get sellable items list', {}),
    getItemsOfGroup: groupEndpoint(deps, 'get-sellable-items-group', 'Get sellable items list by specified group', {}),
    getItemBySku: skuEndpoint(deps, 'get-sellable-item-by-sku', 'Get sellable item by SKU', 'sku', {}),
    getItemById: idEndpoint(deps),
    getVirtualItems: listEndpoint(deps, 'get-virtual-items', 'Get virtual items list', { type: 'virtual_good' }),
    getVirtualItemsOfGroup: groupEndpoint(deps, 'get-virtual-items-group', 'Get items list by specified group', {
      type: 'virtual_good',
    }),
    getAllVirtualItems: allEndpoint(deps),
    getVirtualItemBySku: skuEndpoint(deps, 'get-virtual-items-sku', 'Get virtual item by SKU', 'item_sku', {
      type: 'virtual_good',
    }),
    getVirtualCurrencies: listEndpoint(deps, 'get-virtual-currency', 'Get virtual currency list', {
      type: 'virtual_currency',
    }),
    getVirtualCurrencyBySku: skuEndpoint(
      deps,
      'get-virtual-currency-sku',
      'Get virtual currency by SKU',
      'virtual_currency_sku',
      {
        type: 'virtual_currency',
      },
    ),
    getVirtualCurrencyPackages: listEndpoint(
      deps,
      'get-virtual-currency-package',
      'Get virtual currency package list',
      PACKAGES,
    ),
    getVirtualCurrencyPackageBySku: skuEndpoint(
      deps,
      'get-virtual-currency-package-sku',
      'Get virtual currency package by SKU',
      'virtual_currency_package_sku',
      PACKAGES,
    ),
    getBundles: listEndpoint(deps, 'get-bundle-list', 'Get list of bundles', BUNDLES),
    getBundlesOfGroup: groupEndpoint(
      deps,
      'get-bundle-list-in-group',
      'Get list of bundles by specified group',
      BUNDLES,
    ),
    getBundleBySku: skuEndpoint(deps, 'get-bundle', 'Get specified bundle', 'sku', { type: 'bundle' }),
    getItemGroups: groupsEndpoint(deps),
  }
}

const PACKAGES: ItemFilter = { type: 'bundle', bundleType: 'virtual_currency_package' }
const BUNDLES: ItemFilter = { type: 'bundle', bundleType: 'standard' }
