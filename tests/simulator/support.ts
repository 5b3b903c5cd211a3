import { afterEach } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../simulator/start.ts'

export const START_MS = Date.UTC(2026, 5, 1, 12)

const running: Simulator[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()))
})

/** A simulator whose market moves only when told, closed after the test. */
export async function simulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const started = await startSimulator({ tickMs: null, startMs: START_MS, limits: 'off', tokens: 60, ...options })
  running.push(started)
  return started
}

/** Whatever a source may send. Tests look into it as a program without types would. */
// biome-ignore lint/suspicious/noExplicitAny: bodies of strangers, looked into field by field
export type Body = any

/** The body of a 200 answer as JSON. */
export async function get(url: string): Promise<Body> {
  const response = await fetch(url)
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}

export async function post(url: string, body: unknown): Promise<Response> {
  return fetch(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
}

/** How far two numbers are apart, as a factor of at least 1. */
export const factor = (a: number, b: number) => Math.max(a / b, b / a)
