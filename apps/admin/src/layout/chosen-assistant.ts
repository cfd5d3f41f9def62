import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { assistantsQuery } from '../api/assistants.js';

const storageKey = 'gk-assistant';

/** The assistant of the address, else the one that was last looked at, else the first. */
export function useChosenAssistant(): string | undefined {
  const inAddress = useParams({ strict: false, select: (params: { assistantId?: string }) => params.assistantId });
  const { data: assistants = [] } = useQuery(assistantsQuery);
  useEffect(() => {
    if (inAddress !== undefined) localStorage.setItem(storageKey, inAddress);
  }, [inAddress]);
  if (inAddress !== undefined) return inAddress;
  const last = localStorage.getItem(storageKey);
  return (assistants.find(({ id }) => id === last) ?? assistants[0])?.id;
}
