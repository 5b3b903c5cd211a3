import { useEffect, useState } from 'preact/hooks'
import { ask, type Failure, isFailure } from './answers.ts'

const AGAIN_MS = 10_000

/** The newest answer to a question, and how to ask it again. */
export interface Asked<T> {
  /** Null before the first; the last good one while the service does not answer. */
  readonly answer: T | Failure | null
  ask(): void
}

/** Asks when the path changes, then again now and then while anybody looks. @param isPaused nothing new is to be shown */
export function useAnswer<T extends object>(path: string, isPaused: boolean): Asked<T> {
  const [found, setFound] = useState<{ path: string; answer: T | Failure } | null>(null)
  const [turn, setTurn] = useState(0)
  useEffect(() => {
    let isOver = false
    const look = async () => {
      const answer = await ask<T>(path)
      if (isOver) return
      setFound((last) =>
        isFailure(answer) && last?.path === path && !isFailure(last.answer) ? last : { path, answer },
      )
    }
    void look()
    const timer = setInterval(() => document.hidden || isPaused || void look(), AGAIN_MS)
    return () => {
      isOver = true
      clearInterval(timer)
    }
  }, [path, turn, isPaused])
  const askAgain = () => {
    setFound(null)
    setTurn((last) => last + 1)
  }
  return { answer: found?.path === path ? found.answer : null, ask: askAgain }
}
