import { Injectable, type OnModuleInit, RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { type Access, accessKey } from './caller.js';
import { contractOf } from './route-table.js';

type Handler = (...args: never[]) => unknown;
interface Handled {
  /** Of the class and its method. */
  name: string;
  method: string;
  path: string;
  access: Access | undefined;
}

/** Refuses to boot while any route does not say who may call it, or says something else than the contract. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const handled = this.discovery
      .getControllers()
      .flatMap(({ metatype }) => (metatype ? this.routesOf(metatype as Controller) : []));
    const open = handled.filter(({ access }) => access === undefined).map(({ name }) => name);
    if (open.length > 0) throw new Error(`These routes do not say who may call them: ${open.join(', ')}`);
    const different = handled.filter((route) => !agrees(route)).map(({ name, method, path }) => `${name} (${method} ${path})`);
    if (different.length > 0)
      throw new Error(`These routes need another permission than their contract says: ${different.join(', ')}`);
  }

  private routesOf(controller: Controller): Handled[] {
    const start = Reflect.getMetadata(PATH_METADATA, controller) as Paths;
    return new MetadataScanner().getAllMethodNames(controller.prototype).flatMap((name) => {
      const handler = controller.prototype[name] as Handler;
      const end = Reflect.getMetadata(PATH_METADATA, handler) as Paths | undefined;
      if (end === undefined) return [];
      return pathsOf(start, end).map((path) => ({
        name: `${controller.name}.${name}`,
        method: RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as number] ?? '',
        path,
        access: this.reflector.get<Access | undefined>(accessKey, handler),
      }));
    });
  }
}

type Paths = string | string[];

/** A controller and its method may each stand at several places. */
const pathsOf = (start: Paths, end: Paths): string[] =>
  [start].flat().flatMap((first) => [end].flat().map((second) => joined([first, second])));

const joined = (parts: string[]): string =>
  `/${parts
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter((part) => part !== '')
    .join('/')}`;

interface Controller {
  name: string;
  prototype: Record<string, Handler>;
}

/** What operators call stands in the contract, with the same permission. */
function agrees({ method, path, access }: Handled): boolean {
  const contract = contractOf(method, path);
  const told = contract?.caller === 'operator' || contract?.caller === 'either' ? contract : undefined;
  if (access?.by !== 'operator' && access?.by !== 'either') return told === undefined;
  return told?.caller === access.by && told.permission === access.permission;
}
