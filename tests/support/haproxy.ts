import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type DnsServer, startDnsServer } from './dns-server.js';
import { claimPorts } from './ports.js';
import { Program } from './program.js';

const configuration = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url));
const { PATH = '' } = process.env;

export interface Front {
  url: string;
  tlsUrl: string;
  dns: DnsServer;
  haproxy: Program;
  stop(): Promise<void>;
}

/** HAProxy with the configuration of the repository, in front of replicas that listen on `port` of these addresses. */
export async function startFront(
  replicas: { addresses: string[]; port: number },
  env: Record<string, string> = {},
): Promise<Front> {
  const [plain, tls] = (await claimPorts(2)) as [number, number];
  const dns = await startDnsServer(replicas.addresses);
  const listen = { LISTEN: `127.0.0.1:${plain}`, LISTEN_TLS: `127.0.0.1:${tls}` };
  const towards = { DNS_SERVER: dns.address, API_HOST: 'api', API_PORT: String(replicas.port) };
  const settings = { PATH: `${PATH}:/usr/sbin`, ...listen, ...towards, ...env };
  execFileSync('haproxy', ['-c', '-q', '-f', configuration], { env: settings, stdio: 'pipe' });
  const haproxy = new Program({ command: 'haproxy', args: ['-db', '-f', configuration], env: settings });
  const stop = async (): Promise<void> => {
    await haproxy.stop();
    await dns.stop();
  };
  return { url: `http://127.0.0.1:${plain}`, tlsUrl: `https://127.0.0.1:${tls}`, dns, haproxy, stop };
}

/** The requests that HAProxy has logged: one JSON line each. */
export function accessLog({ haproxy }: Front): Readonly<Record<string, unknown>>[] {
  return haproxy.log.lines.flatMap(({ json }) => (json?.method === undefined ? [] : [json]));
}
