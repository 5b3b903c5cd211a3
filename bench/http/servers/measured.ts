import { answering } from '../../harness/answering.ts'

/** What a server under measurement says when it is ready. */
export interface ServerReady {
  readonly port: number
}

/** Lets the bench ask how much processor time this process has used, in microseconds. */
export function measured(ready: ServerReady): void {
  answering(ready, () => {
    const { user, system } = process.cpuUsage()
    return user + system
  })
}
