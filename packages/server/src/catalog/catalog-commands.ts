// Every command of this folder with its handler, for the write side.
import { type BoundCommand, bind, oneByOne } from '../platform/store/index.ts'
import { changeCart, handleChangeCart } from './change-cart.ts'
import { forgetCarts, handleForgetCarts } from './forget-carts.ts'
import { handleImportCatalog, importCatalog } from './import-catalog.ts'

/** Commands of catalogs and carts. */
export function catalogCommands(): readonly BoundCommand[] {
  return [
    bind(importCatalog, oneByOne(handleImportCatalog)),
    bind(changeCart, oneByOne(handleChangeCart)),
    bind(forgetCarts, handleForgetCarts),
  ]
}
