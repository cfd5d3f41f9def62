import { fileURLToPath } from 'node:url';
import { type DnsServer, startDnsServer } from './dns-server.js';
import { claimPorts } from './ports.js';
import { Program, run } from './program.js';

const configuration = fileURLToPath(new URL('../../deploy/haproxy.cfg', import.meta.url));
const { PATH = '' } = process.env;

export interface Front {
  url: string;
  tlsUrl: string;
  healthUrl: string;
  dns: DnsServer;
  haproxy: Program;
  stop(): Promise<void>;
}

/** HAProxy with the configuration of the repository, in front of replicas that listen on `port` of these addresses. */
export async function startFront(
  replicas: { addresses: string[]; port: number },
  env: Record<string, string> = {},
): Promise<Front> {
  const [plain, tls, health] = (await claimPorts(3)) as [number, number, number];
  const dns = await startDnsServer(replicas.addresses);
  const listen = { LISTEN: `127.0.0.1:${plain}`, LISTEN_TLS: `127.0.0.1:${tls}`, LISTEN_HEALTH: `127.0.0.1:${health}` };
  const towards = { DNS_SERVER: dns.address, API_HOST: 'api', API_PORT: String(replicas.port) };
  const settings = { PATH: `${PATH}:/usr/sbin`, ...listen, ...towards, ...env };
  try {
    await run({ command: 'haproxy', args: ['-c', '-f', configuration], env: settings });
  } catch (error) {
    await dns.stop(); // an open socket would keep the run from ending
    throw error;
  }
  const haproxy = new Program({ command: 'haproxy', args: ['-db', '-f', configuration], env: settings });
  const stop = async (): Promise<void> => {
    await haproxy.stop();
    await dns.stop();
  };
  const urls = { url: `http://127.0.0.1:${plain}`, tlsUrl: `https://127.0.0.1:${tls}`, healthUrl: `http://127.0.0.1:${health}` };
  return { ...urls, dns, haproxy, stop };
}

/** The requests that HAProxy has logged: one JSON line each. */
export function accessLog({ haproxy }: Front): Readonly<Record<string, unknown>>[] {
  return haproxy.log.lines.flatMap(({ json }) => (json?.method === undefined ? [] : [json]));
}
