import { withQuery } from '@paved/ui';

export interface PlanRequest {
  readonly component: string;
  readonly environment: string;
  readonly mode: 'deploy' | 'rollback' | 'promote' | 'destroy';
  readonly from?: string | undefined;
  readonly commit?: string | undefined;
}

/** The page that shows what would happen and lets one say go. */
export const planHref = (request: PlanRequest): string => withQuery('/plan', { ...request });
