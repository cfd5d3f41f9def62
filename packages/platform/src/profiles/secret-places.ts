import type { Place } from '../crypto/sealing.js';

export const clientSecretPlace = (profileId: string): Place => ({ table: 'profile', row: profileId, field: 'client_secret' });
export const nextClientSecretPlace = (profileId: string): Place => ({
  table: 'profile',
  row: profileId,
  field: 'next_client_secret',
});
