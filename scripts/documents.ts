import { envExample, envTable } from '../src/app/config-docs.ts'
import { asyncapiText } from './asyncapi.ts'
import { openapiText } from './openapi.ts'

const BEGIN = '<!-- configuration: begin (printed by `npm run generate`) -->\n'
const END = '<!-- configuration: end -->'

/** A committed file of which all or a part is printed from the code. */
export interface Document {
  /** From the root of the checkout. */
  readonly path: string
  /** @param current the file's text now; '' when there is none. @returns what it should be. */
  readonly print: (current: string) => string | Promise<string>
}

export const DOCUMENTS: readonly Document[] = [
  { path: '.env.example', print: envExample },
  { path: 'README.md', print: withTable },
  { path: 'openapi/openapi.json', print: openapiText },
  { path: 'openapi/asyncapi.json', print: asyncapiText },
]

/** @throws Error when the text has lost the two marks, between which the table goes. */
function withTable(readme: string): string {
  const begin = readme.indexOf(BEGIN)
  const end = readme.indexOf(END)
  if (begin < 0 || end < begin) throw new Error(`README.md needs the lines ${BEGIN.trim()} and ${END}`)
  return readme.slice(0, begin + BEGIN.length) + envTable() + readme.slice(end)
}
