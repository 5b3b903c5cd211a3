import { priceService } from '../../src/app/usecases/prices/prices.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { PriceService } from '../../src/ports/prices.ts'
import { fakeClock } from './fake-clock.ts'
import { memoryPriceStore } from './memory-price-store.ts'

/** A price history that knows nothing yet, for tests that are about something else. */
export function emptyPrices(clock: Clock = fakeClock()): PriceService {
  return priceService({ store: memoryPriceStore(), clock })
}
