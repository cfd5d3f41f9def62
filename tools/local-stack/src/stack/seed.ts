import { join } from 'node:path';
import { assistantSchema, assistantsPageSchema, createdRuntimeKeySchema } from '@grantkeeper/contracts/assistants/http';
import { createdApiTokenSchema } from '@grantkeeper/contracts/operators/http';
import { type NewProfile, type ProfileView, profileSchema } from '@grantkeeper/contracts/profiles/http';
import { readIfThere, writePrivateFile } from '../private-file.js';
import { ApiClient, UnexpectedAnswer } from './api-client.js';

/** What the demo needs in the API, and remembers between starts. */
interface Remembered {
  apiToken: string;
  assistantId: string;
  runtimeKey: string;
}

export interface Seeded extends Remembered {
  profile: ProfileView;
}

export interface SeedPlan {
  folder: string;
  publicUrl: string;
  operator: { email: string; password: string };
  profile: NewProfile & { id: string };
}

const assistantName = 'Helpdesk bot';

/** Makes, through the HTTP interface alone, what is not there yet: an API token, an assistant, the demo profile and a runtime key. */
export async function seed(plan: SeedPlan): Promise<Seeded> {
  const file = join(plan.folder, 'seed.json');
  const known = JSON.parse(readIfThere(file) ?? '{}') as Partial<Remembered>;
  const keep = (part: Partial<Remembered>) => writePrivateFile(file, JSON.stringify(Object.assign(known, part), null, 2));
  const anyone = new ApiClient(plan.publicUrl, {});
  const works = async (secret: string | undefined, path: string) =>
    secret && (await anyone.withToken(secret).has(path)) ? secret : undefined;

  const apiToken = (await works(known.apiToken, '/v1/session')) ?? (await makeApiToken(anyone, plan));
  keep({ apiToken });
  const api = anyone.withToken(apiToken);
  const isThere = known.assistantId !== undefined && (await api.has(`/v1/assistants/${known.assistantId}`));
  const assistantId = isThere && known.assistantId ? known.assistantId : await makeAssistant(api);
  keep({ assistantId });
  const profile = await ensureProfile(api, assistantId, plan.profile);
  const runtimeKey = (await works(known.runtimeKey, '/v1/grants?user=nobody')) ?? (await makeRuntimeKey(api, assistantId));
  keep({ runtimeKey });
  return { apiToken, assistantId, runtimeKey, profile };
}

async function makeApiToken(anyone: ApiClient, { operator }: SeedPlan): Promise<string> {
  const cookie = await anyone.callForCookie({ method: 'POST', path: '/v1/session', body: operator });
  const call = { method: 'POST', path: '/v1/operators/me/api-tokens', body: { name: 'local stack' } } as const;
  return (await anyone.withCookie(cookie).call(call, createdApiTokenSchema)).token;
}

async function makeAssistant(api: ApiClient): Promise<string> {
  try {
    return (await api.call({ method: 'POST', path: '/v1/assistants', body: { name: assistantName } }, assistantSchema)).id;
  } catch (error) {
    if (!refusedFor(error, 'assistants.name-taken')) throw error;
    const { items } = await api.call({ method: 'GET', path: '/v1/assistants?limit=100' }, assistantsPageSchema);
    const found = items.find(({ name }) => name === assistantName); // made by a start that was killed before it could note the id
    if (!found) throw error;
    return found.id;
  }
}

/** The profile as it is, whatever its owner made of it since, or a new one. Its id is ours: the provider knows the callback URL before. */
async function ensureProfile(api: ApiClient, assistantId: string, profile: SeedPlan['profile']): Promise<ProfileView> {
  const path = `/v1/profiles/${profile.id}`;
  if (await api.has(path)) return api.call({ method: 'GET', path }, profileSchema);
  const make = (body: NewProfile) =>
    api.call({ method: 'POST', path: `/v1/assistants/${assistantId}/profiles`, body }, profileSchema);
  try {
    return await make(profile);
  } catch (error) {
    if (!refusedFor(error, 'profiles.name-taken')) throw error;
    return make({ ...profile, name: `${profile.name} ${profile.id.slice(0, 8)}` });
  }
}

async function makeRuntimeKey(api: ApiClient, assistantId: string): Promise<string> {
  const call = { method: 'POST', path: `/v1/assistants/${assistantId}/runtime-keys`, body: { name: 'local stack' } } as const;
  return (await api.call(call, createdRuntimeKeySchema)).key;
}

function refusedFor(error: unknown, code: string): boolean {
  return error instanceof UnexpectedAnswer && error.code === code;
}
