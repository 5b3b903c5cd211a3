import { FileRefused, quoted } from '../csv.ts'
import type { Coin } from './coin.ts'

/** The coins that are known while a file is read: those of the store, and those that the file has named. */
export interface KnownCoins {
  /** @throws FileRefused unless symbol and name belong to one known coin, both as it writes them, or to none. */
  admit(coin: Coin, line: number): void
}

/** @param coins the ones of the store; no two share a symbol or a name, whatever the case */
export function knownCoins(coins: Iterable<Coin>): KnownCoins {
  const bySymbol = new Map<string, Coin>()
  const byName = new Map<string, Coin>()
  const add = (coin: Coin) => {
    bySymbol.set(coin.symbol.toLowerCase(), coin)
    byName.set(coin.name.toLowerCase(), coin)
  }
  for (const coin of coins) add(coin)
  let last: Coin | null = null
  return {
    admit(coin, line) {
      // A file is mostly about one coin.
      if (last !== null && isSame(coin, last)) return
      const namesake = bySymbol.get(coin.symbol.toLowerCase()) ?? byName.get(coin.name.toLowerCase())
      if (namesake === undefined) add(coin)
      else if (!isSame(coin, namesake)) throw new FileRefused(clashText(coin, namesake), line)
      last = coin
    },
  }
}

function isSame(a: Coin, b: Coin): boolean {
  return a.symbol === b.symbol && a.name === b.name
}

function clashText(coin: Coin, known: Coin): string {
  return `${labelOf(coin)} clashes with ${labelOf(known)}: symbol and name of a coin are its own and never change`
}

function labelOf({ symbol, name }: Coin): string {
  return `${quoted(symbol)} named ${quoted(name)}`
}
