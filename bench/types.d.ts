// The few names that the bench uses of a package that comes without types.

declare module 'express' {
  interface Answer {
    json(body: unknown): void
    status(code: number): Answer
  }
  interface App {
    get(
      path: string,
      handler: (request: { query: Record<string, string | undefined> }, answer: Answer) => unknown,
    ): void
    listen(port: number, host: string, ready: () => void): import('node:http').Server
  }
  function express(): App
  export = express
}
