import type { Log } from '../../../ports/log.ts'
import type { PriceStore } from '../../../ports/price-store.ts'

/** Tells the operator of a history without coins how to bring some in. */
export async function tellHowToImport(store: Pick<PriceStore, 'coins'>, log: Log): Promise<void> {
  const coins = await store.coins().catch(() => null)
  if (coins?.length === 0) log.info('no coins in the history yet: npm run cli -- import coins <file|folder|zip>')
}
