import type {
  GetOwnershipResponse,
  ListConfirmationsResponse,
  ListTeamsResponse,
  ListUnownedResponse,
  OwnershipTrust,
} from '@paved/client';

export type Team = ListTeamsResponse['items'][number];
export type Confirmation = ListConfirmationsResponse['items'][number];
export type Unowned = ListUnownedResponse['items'][number];
export type OwnerOf = GetOwnershipResponse['owners'][number];
export type Ownership = GetOwnershipResponse;
export type Trust = OwnershipTrust;

/** Events after which ownership is another one. */
export const LIVE = ['ownership.*', 'catalog.entity.changed'];
