import { SOURCES, type Source } from './model.ts'
import type { Limits } from './sources.ts'
import { TOKENS_MIN } from './tokens.ts'

export interface SimulatorConfig {
  readonly seed: number
  readonly tokens: number
  readonly port: number
  readonly tickMs: number
  readonly limits: Limits
}

/** Name, default, least and greatest whole number. */
const NUMBERS = {
  SEED: [1, 0, 4_294_967_295],
  TOKENS: [120, TOKENS_MIN, 5_000],
  PORT: [0, 0, 65_535],
  TICK_MS: [1_000, 20, 60_000],
} as const

/** @returns the configuration, or one sentence for each variable that is wrong */
export function readConfig(env: Readonly<Record<string, string | undefined>>): SimulatorConfig | readonly string[] {
  const problems: string[] = []
  const number = (name: keyof typeof NUMBERS) => {
    const [fallback, least, greatest] = NUMBERS[name]
    const text = env[name] ?? ''
    const value = text === '' ? fallback : /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (value >= least && value <= greatest) return value
    problems.push(`${name} must be a whole number from ${least} to ${greatest}.`)
    return fallback
  }
  const config = { seed: number('SEED'), tokens: number('TOKENS'), port: number('PORT'), tickMs: number('TICK_MS') }
  const limits = readLimits(env['LIMITS'] ?? '')
  if (limits === null) problems.push(`LIMITS must be on, off, or a comma-separated list of ${SOURCES.join(', ')}.`)
  return problems.length === 0 && limits !== null ? { ...config, limits } : problems
}

function readLimits(text: string): Limits | null {
  if (text === '' || text === 'on') return 'on'
  if (text === 'off') return 'off'
  const names = text.split(',').map((name) => name.trim())
  const isSource = (name: string): name is Source => SOURCES.some((source) => source === name)
  return names.every(isSource) ? names : null
}
