import { useData } from '@paved/ui';
import type { SavedView } from './saved-view.ts';

/** Views one may see: own ones first, then the teams', then everybody's. Undefined until they are known. */
export function useViews(): readonly SavedView[] | undefined {
  const answer = useData<{ items: readonly SavedView[] }>('/api/catalog/views', { live: ['catalog.view.changed'] });
  return answer.data?.items ?? (answer.error ? [] : undefined);
}
