/** Takes the lock of a folder and keeps it, or says why it cannot. Argument: the folder. */
import { folderLock } from '../../../../src/adapters/store/embedded/lock.ts'

const [, , folder = ''] = process.argv
try {
  folderLock(folder).take()
  process.stdout.write('held\n')
  // A lock alone keeps no process alive; and a test that broke off leaves none for ever.
  setTimeout(() => undefined, 120_000)
} catch (error) {
  process.stdout.write(`refused: ${error instanceof Error ? error.message : error}\n`)
}
