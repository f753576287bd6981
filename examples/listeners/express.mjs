// The listener in Express: its route stands before express.json().
import { toNodeHandler } from '@ordertrail/webhooks/node'
import express from 'express'
import { listener } from './listener.mjs'

const app = express()
app.post('/webhooks', toNodeHandler(listener))
app.use(express.json())
app.post('/login', (request, response) => void response.json({ hello: request.body.name }))
app.listen(process.env.PORT ?? 3000)
