// Preloaded into every test file: imports of big packages get the bundles that test-services.ts made, where it made them.
import { registerHooks } from 'node:module'

const bundles = new Map(Object.entries(JSON.parse(process.env.ORDERTRAIL_TEST_BUNDLES ?? '{}')))

if (bundles.size > 0) {
  registerHooks({
    resolve: (name, context, next) => {
      const url = bundles.get(name)
      return url === undefined ? next(name, context) : { url, format: 'module', shortCircuit: true }
    },
  })
}
