import { productVersion } from '@grantkeeper/platform/system/product-version';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiConfig } from '../config.js';
import { Anyone } from '../http/caller.js';
import { type OpenApi, openApiDocument } from './openapi.js';
import { referencePage, referencePolicy } from './reference-page.js';

/** The contract for machines and for people; both are made once, from the same routes. */
@Controller()
export class ReferenceController {
  private document: OpenApi | undefined;
  private page: string | undefined;

  constructor(private readonly config: ApiConfig) {}

  @Get('v1/openapi.json')
  @Anyone()
  openApi(): OpenApi {
    this.document ??= openApiDocument(this.config.publicUrl, productVersion);
    return this.document;
  }

  @Get('docs')
  @Anyone()
  @Header('content-type', 'text/html; charset=utf-8')
  @Header('content-security-policy', referencePolicy)
  @Header('referrer-policy', 'no-referrer')
  readable(): string {
    this.page ??= referencePage(this.config.publicUrl);
    return this.page;
  }
}
