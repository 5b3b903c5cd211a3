import { answering } from '../harness/answering.ts'
import { time } from '../harness/stopwatch.ts'
import { domainWork } from './work.ts'

// In a process of its own: nothing else's garbage is collected on its time.
answering({}, () => domainWork().map(time))
