/** Access over the network: tokens and whom they let in. */
export { isInForce } from './door.ts';
export { type AccessDeps, accessService } from './service.ts';
export type { AccessService, CreatedToken, NamedProject, TokenView, TokenWish } from './types.ts';
