import { idSchema } from '@grantkeeper/contracts/text';
import type { AppError } from '@grantkeeper/core/kernel/app-error';
import type { PipeTransform } from '@nestjs/common';

/** Reads an id in a path. What is not a UUID names nothing: the same 404 as an id that nobody has. */
export class IdPipe implements PipeTransform<string, string> {
  constructor(private readonly notFound: new () => AppError) {}

  transform(value: string): string {
    if (!idSchema.safeParse(value).success) throw new this.notFound();
    return value.toLowerCase();
  }
}
