import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { type TSchema, Type } from 'typebox'
import { makeOpenApiEndpoint, openApiDocument } from './openapi.ts'
import { assertOpenApiIsFresh, writeOpenApiFile } from './openapi-file.ts'
import { defineEndpoint, type EndpointSchema, type Route } from './platform/http/index.ts'
import { givenRoute, givenServer } from './platform/http/testing/index.ts'

const info = { version: '1.2.3' }

function routeOf(schema: EndpointSchema, row: Partial<Omit<Route, 'endpoint'>> = {}): Route {
  const endpoint = defineEndpoint({
    operationId: 'op',
    summary: 'Does it',
    tag: 'Things',
    schema,
    handle: async () => ({ status: 200 }),
  })
  return givenRoute(endpoint, row)
}

/** The operation of a table of one. */
function operationOf(schema: EndpointSchema, row: Partial<Omit<Route, 'endpoint'>> = {}): Record<string, unknown> {
  const { paths } = openApiDocument([routeOf(schema, row)], info) as { paths: Record<string, Record<string, object>> }
  const [operations] = Object.values(paths)
  const [operation] = Object.values(operations ?? {})
  return { ...operation }
}

const item = Type.Object(
  { sku: Type.String(), kind: Type.Union([Type.Literal('a'), Type.Literal('b')]) },
  { $id: 'Item' },
)
const orderSchema = {
  params: Type.Object({ order_id: Type.Integer({ minimum: 1, description: 'Number of the order.' }) }),
  query: Type.Object({ limit: Type.Optional(Type.Integer({ default: 10 })), since: Type.String() }),
  body: Type.Object({ items: Type.Array(item) }, { $id: 'OrderBody' }),
  response: { 201: Type.Object({ first: item, pair: Type.Tuple([Type.String(), Type.Integer()]) }), 204: null },
}
const orderRow = {
  method: 'POST',
  path: '/api/v2/project/{project_id}/order/{order_id}',
  access: 'cart',
  errors: 'store',
} as const

test('describes an operation by the schemas that validate it', () => {
  assert.deepEqual(operationOf(orderSchema, orderRow), {
    operationId: 'op',
    summary: 'Does it',
    tags: ['Things'],
    security: [{ userToken: [] }, { visitorId: [] }],
    parameters: [
      { name: 'project_id', in: 'path', required: true, schema: { type: 'integer' } },
      {
        name: 'order_id',
        in: 'path',
        required: true,
        description: 'Number of the order.',
        schema: { type: 'integer', minimum: 1 },
      },
      { name: 'limit', in: 'query', required: false, schema: { type: 'integer', default: 10 } },
      { name: 'since', in: 'query', required: true, schema: { type: 'string' } },
    ],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/OrderBody' } } },
    },
    responses: {
      201: {
        description: 'Created',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['first', 'pair'],
              properties: {
                first: { $ref: '#/components/schemas/Item' },
                pair: {
                  type: 'array',
                  minItems: 2,
                  prefixItems: [{ type: 'string' }, { type: 'integer' }],
                  items: false,
                },
              },
            },
          },
        },
      },
      204: { description: 'No Content' },
      default: {
        description: 'An error',
        content: { 'application/json': { schema: { $ref: '#/components/schemas/StoreError' } } },
      },
    },
  })
})

test('puts named schemas among the components, once', () => {
  const { components } = openApiDocument([routeOf(orderSchema, orderRow)], info) as {
    components: { schemas: Record<string, unknown> }
  }
  assert.deepEqual(Object.keys(components.schemas), ['Item', 'OrderBody', 'StoreError'])
  assert.deepEqual(components.schemas.Item, {
    type: 'object',
    required: ['sku', 'kind'],
    properties: { sku: { type: 'string' }, kind: { type: 'string', enum: ['a', 'b'] } },
  })
  const other = Type.Object({}, { $id: 'Item' })
  assert.throws(() => openApiDocument([routeOf({ response: { 200: item, 201: other } })], info), /the \$id Item/)
})

test('knows bytes, pages, optional bodies, calls for anyone and our own errors', () => {
  const page = operationOf({ bodyBytes: true, response: { 200: Type.String({ contentMediaType: 'text/html' }) } }) as {
    requestBody: object
    responses: Record<string, object>
    security?: object
  }
  assert.deepEqual(page.requestBody, { required: true, content: { '*/*': { schema: {} } } })
  assert.deepEqual(page.responses['200'], {
    description: 'OK',
    content: { 'text/html': { schema: { type: 'string' } } },
  })
  assert.deepEqual(page.responses.default, {
    description: 'An error',
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  })
  assert.equal(page.security, undefined)
  const optional = operationOf({ body: Type.Object({ a: Type.Optional(Type.String()) }), response: { 204: null } })
  assert.equal((optional.requestBody as { required: boolean }).required, false)
  assert.equal(operationOf({ response: { 204: null } }).requestBody, undefined)
})

test('makes schemas that a validator of JSON Schema 2020-12 takes, and no reference into nothing', () => {
  const document = openApiDocument(
    [routeOf(orderSchema, orderRow), { ...routeOf({ response: { 200: item } }), path: '/v1/b' }],
    info,
  )
  const text = JSON.stringify(document)
  const ajv = new Ajv2020({ strict: false })
  ajv.addSchema({ $id: 'document', ...document } as TSchema)
  const refs = [...text.matchAll(/"\$ref":"#([^"]+)"/g)].map(([, pointer = '']) => pointer)
  assert.ok(refs.length > 3)
  for (const pointer of new Set(refs)) assert.ok(ajv.compile({ $ref: `document#${pointer}` }), pointer)
  assert.doesNotMatch(text, /"\$id"/)
})

test('serves the document, also of the endpoint that serves it', async (t) => {
  const routes: Route[] = []
  routes.push(
    givenRoute(
      makeOpenApiEndpoint(() => openApiDocument(routes, info)),
      { path: '/openapi.json' },
    ),
  )
  const { url } = await givenServer(t, routes)
  const answer = await fetch(`${url}/openapi.json`)
  assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8')
  const document = (await answer.json()) as { openapi: string; info: { version: string }; paths: object }
  assert.deepEqual(
    [document.openapi, document.info.version, Object.keys(document.paths)],
    ['3.1.1', '1.2.3', ['/openapi.json']],
  )
})

test('notices a written document that is not what the routes say', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'ordertrail-openapi-'))
  t.after(() => rm(folder, { recursive: true }))
  const file = pathToFileURL(join(folder, 'openapi.json'))
  await assert.rejects(assertOpenApiIsFresh([], info, file), /Write it anew/)
  const routes = [routeOf({ response: { 204: null } })]
  await writeOpenApiFile(routes, info, file)
  await assertOpenApiIsFresh(routes, info, file)
  assert.match(await readFile(file, 'utf8'), /\n$/)
  await assert.rejects(assertOpenApiIsFresh([routeOf({ response: { 200: null } })], info, file), /Write it anew/)
})
