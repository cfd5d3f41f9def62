import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ComposeService } from './compose-file.js';
import { Program, type ProgramSetup, run } from './program.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { PATH = '' } = process.env;
/** Where we are root, the image's programs run as somebody else. */
const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;

/** What the Dockerfile does, without Docker: the folder that becomes the image, built by another user from what reaches the builder. */
export class BuiltImage {
  private constructor(private readonly folder: string) {}

  static async build(): Promise<BuiltImage> {
    const image = new BuiltImage(mkdtempSync(join(tmpdir(), 'gk-image-')));
    try {
      await image.make();
      return image;
    } catch (error) {
      image.remove();
      throw error;
    }
  }

  private async make(): Promise<void> {
    this.give(this.folder);
    for (const path of filesForTheBuilder()) {
      mkdirSync(dirname(join(this.folder, 'source', path)), { recursive: true });
      cpSync(join(root, path), join(this.folder, 'source', path));
    }
    const env = { PATH, HOME: this.newFolder('home'), ...registrySettings() };
    await run({
      command: 'sh',
      args: [join(this.folder, 'source/scripts/image-build.sh'), this.newFolder('grantkeeper')],
      env,
      user,
    });
    execFileSync('chmod', ['-R', 'a-w', this.root]); // as the container's root is
  }

  /** The folder that the image has as /grantkeeper. */
  get root(): string {
    return join(this.folder, 'grantkeeper');
  }

  /** Every file of ours and every package in it. */
  contents(): { ours: string[]; packages: string[] } {
    const list = (...args: string[]) =>
      execFileSync('find', ['.', ...args], { cwd: this.root, encoding: 'utf8' })
        .trim()
        .split('\n');
    return {
      ours: list('-path', '*/node_modules', '-prune', '-o', '-type', 'f', '-print'),
      packages: list('-path', '*/node_modules/*', '-name', 'package.json').map(
        (path) => path.split('node_modules/').at(-1) ?? '',
      ),
    };
  }

  /** A folder beside the image that its user may use. */
  newFolder(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    this.give(path);
    return path;
  }

  /** Starts what a service of docker-compose.yml starts, with its environment, but for what `replace` maps to this machine. */
  start(service: ComposeService, replace: Readonly<Record<string, string>>, settings: Record<string, string> = {}): Program {
    const here = (text: string) =>
      Object.entries(replace).reduce((done, [from, to]) => done.replaceAll(from, to), text.replaceAll('$$', '$'));
    const [command = process.execPath, ...args] = [...(service.entrypoint ?? []), ...service.command].map(here);
    const environment = Object.fromEntries(Object.entries(service.environment ?? {}).map(([key, value]) => [key, here(value)]));
    const env = { PATH, NODE_ENV: 'production', ...environment, ...settings };
    const setup: Omit<ProgramSetup, 'command' | 'args'> = { cwd: this.root, env, user };
    return service.entrypoint
      ? new Program({ ...setup, command, args })
      : new Program({ ...setup, command: process.execPath, args: [command, ...args] });
  }

  /** The exit code of the image's health check. */
  health(port: number): Promise<number | null> {
    return new Program({
      command: process.execPath,
      args: ['health.mjs', String(port)],
      cwd: this.root,
      env: { PATH },
      user,
    }).exited();
  }

  remove(): void {
    execFileSync('chmod', ['-R', 'u+w', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private give(path: string): void {
    chmodSync(path, 0o755);
    if (user) chownSync(path, user.uid, user.gid);
  }
}

/** Where npm finds packages here, which the other user is not told by our configuration; no credentials. */
function registrySettings(): Record<string, string> {
  const told = ['registry', 'cafile', 'https-proxy'].map((key) => {
    const value = execFileSync('npm', ['config', 'get', key], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    return [`npm_config_${key.replaceAll('-', '_')}`, value] as const;
  });
  return Object.fromEntries(told.filter(([, value]) => value !== 'null' && value !== ''));
}

/** What .dockerignore lets through of the files that are, or would be, committed. */
function filesForTheBuilder(): string[] {
  const lines = readFileSync(join(root, '.dockerignore'), 'utf8').trim().split('\n');
  const admitted = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const all = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  return all
    .split('\0')
    .filter((path) => admitted.some((one) => path === one || path.startsWith(`${one}/`)) && existsSync(join(root, path)));
}
