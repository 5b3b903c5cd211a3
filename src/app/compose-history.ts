import type { BoardWatch } from '../ports/board-watch.ts'
import type { CandleSource } from '../ports/candle-source.ts'
import type { PriceStore, TokenRecord } from '../ports/price-store.ts'
import type { PriceTrends } from '../ports/price-trends.ts'
import { isOff, type OpenStore, openStore, type StoreParts } from './compose-store.ts'
import type { Config } from './config.ts'
import { backfilling } from './usecases/prices/backfilling.ts'
import { tellHowToImport } from './usecases/prices/first-steps.ts'
import { type RecordingFigures, recording } from './usecases/prices/recording.ts'
import { priceTrends } from './usecases/prices/trends.ts'
import { NO_TRENDS } from './usecases/tokens/settings.ts'

/** The price history, and everything that goes from the live board into it and back. */
export interface PriceHistory {
  readonly store: PriceStore
  /** What is kept beside the prices, by the same engine. */
  readonly kept: Pick<OpenStore, 'access' | 'taps' | 'quotas'>
  readonly trends: PriceTrends
  /** Null when no history is kept. */
  figures(): RecordingFigures | null
  /** From now on the board is recorded. @param candles who is asked for what was before; null: nobody */
  start(board: BoardWatch, candles: CandleSource | null): void
  /** Writes only minutes that are not there. @returns how many were new @throws StoreUnavailable */
  fillIn(records: readonly TokenRecord[]): Promise<number>
  /** Writes what still waits, within five seconds, and closes the store. */
  close(): Promise<void>
}

/** @throws FolderInUse when another process has the folder: such a service must not start */
export function priceHistory(config: Config, parts: StoreParts): PriceHistory {
  const { store, opened, close, ...kept } = openStore(config, parts)
  const fillIn = (records: readonly TokenRecord[]) => store.backfillMinutes(records, parts.clock.nowMs())
  if (isOff(config)) return { store, kept, trends: NO_TRENDS, figures: () => null, start() {}, fillIn, close }
  const trends = priceTrends({ store, ...parts })
  const running = { figures: (): RecordingFigures | null => null, stop: async () => {} }
  return {
    store,
    kept,
    trends,
    figures: () => running.figures(),
    start(board, source) {
      void opened().then(
        () => tellHowToImport(store, parts.log),
        () => {},
      )
      const recorder = recording({ board, store, ...parts })
      const filling = source === null ? null : backfilling({ board, source, store, trends, ...parts })
      trends.start(board)
      filling?.start()
      running.figures = recorder.figures
      running.stop = async () => {
        filling?.stop()
        trends.stop()
        await recorder.stop()
      }
    },
    async fillIn(records) {
      const added = await fillIn(records)
      trends.lookAgain(records.map(({ id }) => id))
      return added
    },
    async close() {
      await running.stop()
      await close()
    },
  }
}
