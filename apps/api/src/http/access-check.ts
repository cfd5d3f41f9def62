import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { accessKey } from './caller.js';

/** Refuses to boot while any route does not say who may call it. */
@Injectable()
export class AccessCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const open = this.discovery.getControllers().flatMap(({ metatype }) => (metatype ? this.routesWithoutAccess(metatype) : []));
    if (open.length > 0) throw new Error(`These routes do not say who may call them: ${open.join(', ')}`);
  }

  private routesWithoutAccess(
    controller: { name: string; prototype?: unknown } | (abstract new (...args: never[]) => unknown),
  ): string[] {
    const prototype = (controller as { prototype: Record<string, (...args: never[]) => unknown> }).prototype;
    return new MetadataScanner()
      .getAllMethodNames(prototype)
      .filter((name) => {
        const method = prototype[name] as (...args: never[]) => unknown;
        return Reflect.hasMetadata(PATH_METADATA, method) && this.reflector.get(accessKey, method) === undefined;
      })
      .map((name) => `${controller.name}.${name}`);
  }
}
