import { readFile } from 'node:fs/promises'
import { asyncapiDocument } from '../src/adapters/http/stream/asyncapi.ts'

/** The document of the streams as it is committed. */
export async function asyncapiText(): Promise<string> {
  const manifest = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return `${JSON.stringify(asyncapiDocument(manifest.version), null, 2)}\n`
}
