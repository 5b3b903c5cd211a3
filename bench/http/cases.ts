import type { Asking } from './measure.ts'

/** `busy` is a service of its own for questions that fill its memory. */
export type ServerName = 'raw' | 'bareHono' | 'production' | 'busy' | 'expressRedis' | 'onBun'

/** One thing to measure: a server, and what is asked of it. */
export interface Case extends Asking {
  readonly name: string
  readonly server: ServerName
}

/** Thirty tokens: the list that every server answers with. */
export const TARGET = '/api/tokens?q=SOL'
const PLAIN = { target: TARGET, headers: {}, status: 200, numbered: null } as const

export const RAW: Case = { name: 'raw node:http, a prepared Buffer', server: 'raw', ...PLAIN }
export const BARE: Case = { name: 'Hono alone, a prepared body', server: 'bareHono', ...PLAIN }
export const FULL: Case = { name: 'full path', server: 'production', ...PLAIN }
/** Any tag will do: the real one changes with the board, in the middle of a measurement too. */
export const NOT_MODIFIED: Case = { ...FULL, name: 'full path, 304', headers: { 'if-none-match': '*' }, status: 304 }
export const GZIP: Case = { ...FULL, name: 'full path, gzip', headers: { 'accept-encoding': 'gzip' } }
export const BROTLI: Case = { ...FULL, name: 'full path, br', headers: { 'accept-encoding': 'gzip, deflate, br' } }
/** A bound that nobody asked for yet: the query is read, the board is ranked, the body is written. */
export const COLD: Case = {
  ...FULL,
  name: 'full path, never the same query',
  server: 'busy',
  numbered: 'min_liquidity_usd',
}
export const PEER: Case = { name: 'Express + Redis', server: 'expressRedis', ...PLAIN }
export const BUN: Case = { name: 'full path on Bun', server: 'onBun', ...PLAIN }
