/**
 * Builds the board page into assets/web/, with a list of its files for the service. Without development dependencies,
 * or without the sources of the page (an image that brings only what runs), it does nothing and says so.
 */
import { existsSync } from 'node:fs'
import { readdir, writeFile } from 'node:fs/promises'

const CHECKOUT = new URL('../', import.meta.url)
const BUILT = new URL('assets/web/', CHECKOUT)

/** Null when the development dependencies are not installed. */
async function builder() {
  try {
    return (await import('vite')).build
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

const build = await builder()
if (build === null || !existsSync(new URL('web/', CHECKOUT))) {
  process.stdout.write('assets: no vite or no web/ here, / stays without its page\n')
} else {
  const configFile = new URL('vite.config.ts', CHECKOUT).pathname
  await build({ configFile, root: new URL('web', CHECKOUT).pathname, logLevel: 'warn' })
  const files = await readdir(new URL('assets/', BUILT))
  await writeFile(new URL('files.json', BUILT), JSON.stringify(files.sort()))
  process.stdout.write(`assets/web written: ${files.join(', ')}\n`)
}
