import { describe, expect, it } from 'vitest'
import { merge, NOW_MS, observation, only24h } from './merge-support.ts'

const pooled = (pool: string, volume: number | null, source = 'dexscreener') =>
  observation({ source, pool, volumeUsd: only24h(volume), observedAtMs: NOW_MS - 20_000 })
const whole = (source: string, volume: number | null) => observation({ source, volumeUsd: only24h(volume) })
const volume = (...said: Parameters<typeof merge>[0]) => merge(said).volumeUsd['24h']

describe('a total', () => {
  it('counts a pool once, however many sources tell of it', () => {
    const total = volume(pooled('A', 100), pooled('A', 140, 'geckoterminal'), pooled('B', 10))
    expect(total.figures).toMatchObject([{ value: 110, source: 'pools' }])
  })

  it('takes a pool from the next source when the first left it out', () => {
    expect(volume(pooled('A', null), pooled('A', 140, 'geckoterminal')).chosen?.value).toBe(140)
  })

  it('adds the pools in order of their ids, so that the last bit is the same for all', () => {
    // (0.1 + 0.2) + 0.3 is 0.6000000000000001, 0.1 + (0.2 + 0.3) is 0.6.
    expect(volume(pooled('C', 0.3), pooled('B', 0.2), pooled('A', 0.1)).chosen?.value).toBe(0.6000000000000001)
    expect(volume(pooled('A', 0.3), pooled('B', 0.2), pooled('C', 0.1)).chosen?.value).toBe(0.6)
  })

  it('never adds figures of different sources, and takes the largest', () => {
    const total = volume(pooled('A', 100), whole('jupiter', 130), whole('geckoterminal', 120))
    expect(total.figures.map(({ source, value }) => [source, value])).toEqual([
      ['pools', 100],
      ['jupiter', 130],
      ['geckoterminal', 120],
    ])
    expect(total.chosen).toEqual({ value: 130, source: 'jupiter', observedAtMs: NOW_MS - 10_000 })
  })

  it('of equal figures names the pools first, then the first in precedence', () => {
    expect(volume(pooled('A', 100), whole('jupiter', 100)).chosen?.source).toBe('pools')
    expect(volume(whole('geckoterminal', 100), whole('jupiter', 100)).chosen?.source).toBe('jupiter')
  })

  it('does not believe a figure of more than a hundred times the next largest', () => {
    expect(volume(whole('dexscreener', 5), whole('jupiter', 501), whole('geckoterminal', 1)).chosen?.value).toBe(5)
    expect(volume(whole('dexscreener', 5), whole('jupiter', 500), whole('geckoterminal', 1)).chosen?.value).toBe(500)
  })

  it('believes a figure that stands alone', () => {
    expect(volume(whole('jupiter', 1e12)).chosen?.value).toBe(1e12)
  })

  it('is nothing, not zero, when nobody says anything', () => {
    expect(volume(pooled('A', null), whole('jupiter', null))).toEqual({ chosen: null, figures: [] })
  })

  it('takes a figure beyond 1e15 for none', () => {
    expect(volume(whole('jupiter', 1.1e15)).chosen).toBeNull()
  })

  it('is as old as the oldest part of a sum', () => {
    const older = { ...pooled('B', 1), observedAtMs: NOW_MS - 70_000 }
    expect(volume(pooled('A', 1), older, pooled('C', 1)).chosen?.observedAtMs).toBe(NOW_MS - 70_000)
  })

  it('takes each window apart', () => {
    const said = observation({ txns: { '5m': 1, '1h': 2, '6h': null, '24h': 4 } })
    const { txns } = merge([said])
    expect([txns['5m'], txns['1h'], txns['6h'], txns['24h']].map(({ chosen }) => chosen?.value)).toEqual([
      1,
      2,
      undefined,
      4,
    ])
  })
})
