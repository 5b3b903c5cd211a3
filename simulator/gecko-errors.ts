import { hashUuid } from './random.ts'
import { type Ask, json, type Reply } from './reply.ts'

/** GeckoTerminal's usual error. Being over the limit has another shape: see limits.ts. */
export function refused(status: number, title: string, ask: Ask): Reply {
  return json({ errors: [{ status: String(status), title }], meta: { ref_id: hashUuid(ask.path) } }, status)
}
