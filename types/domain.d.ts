/** What the domain uses of the web's standards beyond the language: pure, and the same on every runtime. */
declare class URL {
  static canParse(text: string): boolean
  constructor(text: string)
  readonly href: string
  readonly hostname: string
  readonly username: string
  readonly password: string
}
