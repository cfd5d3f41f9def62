import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { ApiProblem, NoAnswer } from './client.js';
import { sessionKey } from './session.js';

/** Whoever is told that nobody is signed in forgets the session; the frame then shows the sign-in page. */
function forgetSession(error: Error): void {
  if (error instanceof ApiProblem && error.problem.code === 'http.unauthenticated') queryClient.setQueryData(sessionKey, null);
}

/** What the API has told, by topic: 'assistants', 'profiles', 'grants' …, so that one change refreshes all that shows it. */
export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError: forgetSession }),
  mutationCache: new MutationCache({ onError: forgetSession }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, error) => error instanceof NoAnswer && failures < 2,
    },
  },
});
