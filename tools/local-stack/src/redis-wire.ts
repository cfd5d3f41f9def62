import { connect } from 'node:net';

/** Sends the lines to a Redis on the loopback and answers what came back, '' when nobody is there. Enough to recognise our own server. */
export function askRedis(port: number, commands: readonly string[], timeoutMs = 2_000): Promise<string> {
  return new Promise((resolve) => {
    let heard = '';
    const socket = connect({ port, host: '127.0.0.1' });
    const finish = () => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(timeoutMs, finish);
    socket.on('connect', () => socket.write(`${[...commands, 'QUIT'].join('\r\n')}\r\n`));
    socket.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    socket.on('error', finish);
    socket.on('close', finish);
  });
}
