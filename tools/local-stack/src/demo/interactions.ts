import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Provider } from 'oidc-provider';
import { readForm } from './form-body.js';
import type { DemoUser } from './keys.js';
import { consentPage, errorPage, loginPage, sendPage } from './pages.js';

type Interaction = Awaited<ReturnType<Provider['interactionDetails']>>;

interface Step {
  provider: Provider;
  users: readonly DemoUser[];
  request: IncomingMessage;
  response: ServerResponse;
  interaction: Interaction;
}

const route = /^\/interaction\/([\w-]+)(?:\/(login|allow|deny|switch))?$/;

/** Answers the pages where a person signs in and consents; false when the request is for oidc-provider itself. */
export async function answerInteraction(
  provider: Provider,
  users: readonly DemoUser[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const [path = ''] = (request.url ?? '').split('?');
  const [matched, uid, action] = route.exec(path) ?? [];
  if (!matched) return false;
  let interaction: Interaction;
  try {
    interaction = await provider.interactionDetails(request, response);
    if (interaction.uid !== uid) throw new Error('the cookie is for another sign-in');
  } catch {
    sendPage(response, 400, errorPage('This sign-in is over, or it was started in another browser.'));
    return true;
  }
  const step = { provider, users, request, response, interaction };
  if (request.method === 'GET' && !action) await showStep(step);
  else if (request.method === 'POST' && action) await takeAction(step, action);
  else sendPage(response, 405, errorPage('This page does not take that request.'));
  return true;
}

async function showStep({ provider, users, response, interaction }: Step): Promise<void> {
  const client = await provider.Client.find(String(interaction.params.client_id));
  const clientName = client?.clientName ?? 'An application';
  if (interaction.prompt.name === 'login') {
    sendPage(response, 200, loginPage(interaction.uid, clientName, String(interaction.params.login_hint ?? ''), false));
    return;
  }
  const person = users.find(({ login }) => login === interaction.session?.accountId);
  sendPage(
    response,
    200,
    consentPage(interaction.uid, clientName, person ? `${person.name} (${person.email})` : '', scopesOf(interaction)),
  );
}

async function takeAction(step: Step, action: string): Promise<void> {
  if (action === 'login') return signIn(step);
  if (action === 'switch') return switchAccount(step);
  const { provider, request, response, interaction } = step;
  if (action === 'deny') {
    const denied = { error: 'access_denied', error_description: 'The person did not allow access' };
    return provider.interactionFinished(request, response, denied, { mergeWithLastSubmission: false });
  }
  if (interaction.prompt.name !== 'consent' || !interaction.session) {
    return sendPage(response, 400, errorPage('Nobody has signed in yet.'));
  }
  // Each consent is a grant of its own: revoking one must not take the others of the same person along.
  const grant = new provider.Grant({
    accountId: interaction.session.accountId,
    clientId: String(interaction.params.client_id),
  });
  grant.addOIDCScope(scopesOf(interaction).join(' '));
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
}

async function signIn({ provider, users, request, response, interaction }: Step): Promise<void> {
  const form = await readForm(request);
  const login = form.get('login')?.trim().toLowerCase() ?? '';
  const user = users.find((each) => each.login === login || each.email === login);
  if (!user || !equal(user.password, form.get('password') ?? '')) {
    const client = await provider.Client.find(String(interaction.params.client_id));
    sendPage(response, 401, loginPage(interaction.uid, client?.clientName ?? 'An application', login, true));
    return;
  }
  if (interaction.session && interaction.session.accountId !== user.login) await forgetSession(provider, interaction);
  await provider.interactionFinished(request, response, { login: { accountId: user.login } }, { mergeWithLastSubmission: false });
}

/** Signs the browser out here and begins the same authorization anew. */
async function switchAccount({ provider, response, interaction }: Step): Promise<void> {
  await forgetSession(provider, interaction);
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(interaction.params)) if (typeof value === 'string') parameters.set(key, value);
  parameters.set('prompt', 'login consent');
  response.writeHead(303, {
    location: `${provider.pathFor('authorization')}?${parameters}`,
    'cache-control': 'no-store',
    'content-length': 0,
  });
  response.end();
}

/** oidc-provider's own way to change the account would revoke what was granted in the session so far. */
async function forgetSession(provider: Provider, interaction: Interaction): Promise<void> {
  if (!interaction.session) return;
  const session = await provider.Session.findByUid(interaction.session.uid);
  await session?.destroy();
  delete interaction.session;
  await interaction.save(interaction.exp - Math.floor(Date.now() / 1000));
}

function scopesOf(interaction: Interaction): string[] {
  return String(interaction.params.scope ?? '')
    .split(' ')
    .filter(Boolean);
}

function equal(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
