import { openStream } from '../../clients/stream.ts'
import { count, emptyTally, type Oracle, type Tally, VIEWS } from './oracle.ts'

export interface Follower {
  tally(): Tally
  close(): void
}

/** The project's own client, compared after each change. A gap that it finds was silent: the service did not say so. */
export function webSocketFollower(url: string, view: number, truth: Oracle): Follower {
  const tally = emptyTally()
  const stream = openStream({ url: `${url.replace('http', 'ws')}/v1/stream`, random: () => Math.random() / 5 })
  const list = stream.tokens(VIEWS[view] ?? {}, () => {
    const state = list.state()
    // A little later, so that the uncut one has heard of the same board.
    if (state !== null) setTimeout(() => count(tally, truth.judge(view, state.epoch, state.seq, state.rows)), 50)
  })
  return {
    tally: () => ({
      ...tally,
      resumed: list.counts().resumed,
      fresh: list.counts().fresh,
      silentGaps: list.counts().gaps,
    }),
    close: stream.close,
  }
}
