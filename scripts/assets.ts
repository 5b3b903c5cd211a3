/**
 * Takes the script of the documentation page out of a development dependency and puts it into assets/, so that /docs
 * works with no internet. The package that publishes the script itself would cost 287 MB; this one carries the same
 * script in a plugin for another web framework, which serves it from a route.
 */
import { mkdir, writeFile } from 'node:fs/promises'

const FOLDER = new URL('../assets/', import.meta.url)

interface Route {
  readonly url: string
  readonly handler: (request: null, reply: Reply) => void
}
interface Reply {
  header(name: string, value: string): Reply
  send(body: string): unknown
}
type Plugin = (
  host: { hasPlugin(name: string): boolean; route(route: Route): void },
  options: { configuration: { url: string } },
  done: () => void,
) => void

/** Null when the development dependencies are not installed. */
async function plugin(): Promise<Plugin | null> {
  try {
    return ((await import('@scalar/fastify-api-reference')) as unknown as { default: Plugin }).default
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return null
    throw error
  }
}

function scriptOf(register: Plugin): string {
  const routes: Route[] = []
  const host = { hasPlugin: () => false, route: (route: Route) => void routes.push(route) }
  register(host, { configuration: { url: '/openapi.json' } }, () => {})
  const sent: string[] = []
  const reply: Reply = { header: () => reply, send: (body) => sent.push(body) }
  routes.find((route) => route.url.endsWith('scalar.js'))?.handler(null, reply)
  const script = sent.join('')
  if (!script.includes('createApiReference')) throw new Error('The package no longer serves the script from a route.')
  return script.replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
}

const register = await plugin()
if (register === null)
  process.stdout.write('assets: development dependencies are absent, /docs stays without its script\n')
else {
  await mkdir(FOLDER, { recursive: true })
  await writeFile(new URL('scalar.js', FOLDER), scriptOf(register))
  process.stdout.write('assets/scalar.js written\n')
}
