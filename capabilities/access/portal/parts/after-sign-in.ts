import { useUrlState } from '@paved/ui';
import { useQueryClient } from '@tanstack/react-query';

/** Where the person wanted to go; only addresses of this portal. A whole load, so that nothing of the last person stays. */
export function useAfterSignIn(): () => void {
  const queries = useQueryClient();
  const { params } = useUrlState();
  return () => {
    queries.clear();
    const to = params.get('to') ?? '/';
    window.location.replace(/^\/(?![/\\])/.test(to) && !to.startsWith('/sign-in') ? to : '/');
  };
}
