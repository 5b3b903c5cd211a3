import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { createClient } from 'redis'
import { measured } from './measured.ts'

// A peer as tutorials build it: the list lies in Redis as JSON; every request fetches, parses, filters, sorts and
// serialises it. No authentication, no limits, no log, no compression: those would cost it more.
const [, , bodyFile = '', redisUrl = ''] = process.argv

interface Row {
  readonly network: string
  readonly volume_sol: number
}

const redis = createClient({ url: redisUrl })
redis.on('error', (error) => process.stderr.write(`${error}\n`))
await redis.connect()
await redis.set('tokens:SOL', readFileSync(bodyFile, 'utf8'))

const app = express()
app.get('/api/tokens', async (request, response) => {
  const cached = await redis.get(`tokens:${request.query['q'] ?? 'SOL'}`)
  if (cached === null) return response.status(404).json({ error: 'not found' })
  const tokens: Row[] = JSON.parse(cached)
  const found = tokens.filter((token) => token.network === 'solana').sort((a, b) => b.volume_sol - a.volume_sol)
  return response.json(found.slice(0, Number(request.query['limit'] ?? 30)))
})
const server = app.listen(0, '127.0.0.1', () => measured({ port: (server.address() as AddressInfo).port }))
