import type { Network } from '../../../domain/tokens/identity.ts'

/** A source's names of networks, both ways. */
export interface NetworkNames {
  /** Ours for theirs; null for a network we do not list. */
  ours(name: string): Network | null
  /** Theirs for ours; null when the source does not serve it. */
  theirs(network: Network): string | null
  /** All of theirs, the longest first. */
  readonly names: readonly string[]
}

export function networkNames(table: Readonly<Partial<Record<Network, string>>>): NetworkNames {
  const entries = Object.entries(table) as [Network, string][]
  const byName = new Map(entries.map(([network, name]) => [name, network]))
  return {
    ours: (name) => byName.get(name) ?? null,
    theirs: (network) => table[network] ?? null,
    names: [...byName.keys()].sort((a, b) => b.length - a.length),
  }
}
