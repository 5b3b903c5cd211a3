import { z } from '@hono/zod-openapi'
import { canonicalAddress, isNetwork, NETWORKS, type TokenId, tokenId } from '../../../domain/tokens/identity.ts'

/** `{network}/{address}` of a path. The address must have the shape of that network's addresses. */
export const TokenParams = z
  .strictObject({
    network: z.enum(NETWORKS).openapi({ param: { name: 'network', in: 'path' }, example: 'solana' }),
    address: z.string().openapi({
      param: { name: 'address', in: 'path' },
      example: 'So11111111111111111111111111111111111111112',
    }),
  })
  .superRefine(({ network, address }, context) => {
    if (isNetwork(network) && canonicalAddress(network, address) === null) {
      context.addIssue({ code: 'custom', path: ['address'], message: 'Not an address of this network.' })
    }
  })

/** The id in comparing form. @param params as validated above */
export function idOf({ network, address }: z.output<typeof TokenParams>): TokenId {
  return tokenId(network, canonicalAddress(network, address) ?? address)
}
