/** The engine in a thread of its own: one statement of it can take longer than the service may stand still. */
import { parentPort, workerData } from 'node:worker_threads'
import { type PGlite, types } from '@electric-sql/pglite'
import { createFolder, openFolder } from './folder.ts'
import type { Answer, Order } from './messages.ts'

const { folder } = workerData as { readonly folder: string }
const port = parentPort
if (port === null) throw new Error('This file runs in a worker.')
const say = (answer: Answer) => port.postMessage(answer)

let engine: PGlite | null = null
try {
  await createFolder(folder)
  engine = await openFolder(folder, { [types.INT8]: Number })
  say({ id: 0 })
} catch (error) {
  say({ id: 0, fault: factsOf(error) })
}
// Statements do not overlap: the other side sends one at a time.
port.on('message', (order: Order) => void carryOut(order))

async function carryOut(order: Order): Promise<void> {
  const { id } = order
  try {
    say({ id, rows: await rowsOf(order) })
  } catch (error) {
    say({ id, fault: factsOf(error) })
  }
}

async function rowsOf({ sql, params }: Order): Promise<unknown[]> {
  if (engine === null) throw new Error('The engine did not open.')
  if (sql === null) await engine.close()
  else if (params === null) await engine.exec(sql)
  else return (await engine.query(sql, [...params])).rows
  return []
}

/** Of the engine's errors, which carry statements and values, only what says what happened. */
function factsOf(error: unknown): { readonly code: string; readonly message: string } {
  const { code = '', message = '' } = error as { readonly code?: string; readonly message?: string }
  return { code: String(code), message: String(message) }
}
