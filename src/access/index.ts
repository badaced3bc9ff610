/** Access over the network: tokens and whom they let in. */
export { isInForce } from './door.ts';
export { accessService } from './service.ts';
export type { AccessService, CreatedToken, Occasion, TokenView } from './types.ts';
