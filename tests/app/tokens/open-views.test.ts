import { expect, test } from 'vitest'
import { KEEP_UNHELD_MS, openViews } from '../../../src/app/usecases/tokens/open-views.ts'
import { emptyBoard } from '../../../src/domain/tokens/board.ts'
import { WHOLE_BOARD } from '../../domain/tokens/rows.ts'
import { fakeClock } from '../../support/fake-clock.ts'

test('views of one query share its work, which ends with the last of them', async () => {
  const clock = fakeClock()
  const views = openViews(clock)
  const hold = (limit: number) => views.hold(WHOLE_BOARD, limit, emptyBoard('1'))
  const count = () => [...views.queries()].length
  const [five, six] = [hold(5), hold(6)]
  expect(count()).toBe(1)
  five.release()
  await clock.advance(KEEP_UNHELD_MS)
  views.dropUnheld()
  expect(count()).toBe(1)
  six.release()
  await clock.advance(KEEP_UNHELD_MS - 1)
  views.dropUnheld()
  expect(count()).toBe(1)
  await clock.advance(1)
  views.dropUnheld()
  expect(count()).toBe(0)
})
