import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { expectThat, type Fault } from '../fault.js';
import { seedGrants } from '../harness/seeded-grants.js';
import type { Stage } from '../harness/stage.js';

interface Case {
  what: string;
  /** The token URL that is called. */
  tokenUrl: string;
  /** Whether a byte of the request left: then, and only then, its outcome is unknown. */
  sent: boolean;
  prepare?: () => void;
}

/** A call takes 10 s at most; what comes before and after it takes the rest. */
const withinMs = 14_000;

/** Everywhere that a provider can let us wait. */
export const providerTimeouts: Fault = {
  name: 'F15',
  title: 'a provider lets wait: to connect, to shake hands, for the answer, within it',
  expected: 'over after 10 s; the outcome is unknown only where a byte was sent, else the same token is sent again',
  async run(stage) {
    const provider = await stage.providers.add({ mode: 'strict', accessTokenSeconds: 600 });
    const [silent, cutting] = await Promise.all([TcpProxy.before(provider.origin), TcpProxy.before(provider.origin)]);
    const deaf = await startDeafServer();
    silent.goSilent();
    cutting.cutAfter('there', 40);
    const never = { kind: 'hang', processed: false } as const;
    const cases: Case[] = [
      { what: 'to connect', tokenUrl: `http://127.0.0.1:${deaf.port}/token`, sent: false },
      { what: 'for TLS', tokenUrl: silent.through(provider.tokenUrl).replace('http:', 'https:'), sent: false },
      { what: 'for the headers', tokenUrl: provider.tokenUrl, sent: true, prepare: () => provider.answerNextToken(never) },
      { what: 'with the request half sent', tokenUrl: cutting.through(provider.tokenUrl), sent: true },
    ];
    try {
      for (const one of cases) await wait(stage, provider, one);
    } finally {
      await Promise.all([silent.stop(), cutting.stop()]);
      deaf.stop();
    }
    return {
      runs: cases.length,
      seen: `${cases.filter(({ sent }) => sent).length} of ${cases.length} outcomes unknown, as many as were sent`,
    };
  },
};

async function wait(
  stage: Stage,
  provider: Awaited<ReturnType<Stage['providers']['add']>>,
  { what, tokenUrl, sent, prepare }: Case,
): Promise<void> {
  const { system, db } = stage;
  const profile = await system.givenProfile({
    ...provider,
    authorizationUrl: provider.authorizationUrl,
    tokenUrl,
    clientId: provider.clientId,
    clientSecret: provider.clientSecret,
  });
  const place = { profile, key: (await system.givenRuntimeKey(profile.assistantId)).key };
  const [grant] = await seedGrants(stage, provider, place, { count: 1, lifetimeSeconds: 600, leadSeconds: 120 });
  if (!grant) throw new Error('a grant is needed');
  await db.query('UPDATE "grant" SET origins = $2 WHERE id = $1', [grant.id, [new URL(tokenUrl).origin]]);
  prepare?.();
  stage.note(`waiting ${what}`);
  const begun = performance.now();
  await system.asOperator('POST', `/v1/grants/${grant.id}/refresh`);
  const state = async (): Promise<{ marked: boolean; sends: number; failure: string | null; aged: boolean }> => {
    const { rows } = await db.query(
      `SELECT attempt IS NOT NULL AS marked, sends, last_failure AS failure, coalesce(sent_at < now() - interval '10.5 s', false) AS aged FROM "grant" WHERE id = $1`,
      [grant.id],
    );
    return rows[0];
  };
  await eventually(
    async () => {
      const seen = await state();
      expectThat(
        sent ? seen.marked && seen.aged : !seen.marked && seen.failure !== null,
        `waiting ${what}: ${JSON.stringify(seen)}`,
      );
    },
    { withinMs },
  );
  const seen = await state();
  expectThat(seen.sends === (sent ? 1 : 0), `waiting ${what}: marked ${seen.sends} times`);
  stage.note(`over ${Math.round(performance.now() - begun)} ms after it was asked for: ${JSON.stringify(seen)}`);
  await system.asOperator('POST', `/v1/profiles/${profile.id}/disable`);
}

/** A server whose kernel answers no connection any more: its program is stopped, and its backlog full. */
async function startDeafServer(): Promise<{ port: number; stop(): void }> {
  const program = `const s = require('node:net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port)); process.stdin.on('end', () => process.exit()).resume()`;
  const child: ChildProcess = spawn(process.execPath, ['-e', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  const port = Number(chunk.toString());
  child.kill('SIGSTOP');
  const crowd: Socket[] = [];
  for (let isHeard = true; isHeard; ) {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    crowd.push(socket);
    isHeard = await Promise.race([once(socket, 'connect').then(() => true), pause(500).then(() => false)]);
  }
  return {
    port,
    stop() {
      for (const socket of crowd) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
