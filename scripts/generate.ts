/** Writes every committed document that is printed from the code. Tests fail while one of them differs. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { DOCUMENTS } from './documents.ts'

for (const { path, print } of DOCUMENTS) {
  const file = fileURLToPath(new URL(`../${path}`, import.meta.url))
  const current = existsSync(file) ? readFileSync(file, 'utf8') : ''
  const wanted = await print(current)
  if (wanted !== current) writeFileSync(file, wanted)
  process.stdout.write(`${path} ${wanted === current ? 'is up to date' : 'written'}\n`)
}
