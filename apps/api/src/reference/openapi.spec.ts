import { routes } from '@grantkeeper/contracts/routes';
import { describe, expect, it } from '@jest/globals';
import { openApiDocument } from './openapi.js';
import { referencePage } from './reference-page.js';

const document = openApiDocument('https://grants.example.com', '1.0.0');
const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));

describe('the OpenAPI document', () => {
  it('holds every route of the contract, each under a name of its own', () => {
    expect(operations).toHaveLength(routes.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(routes.length);
    for (const { method, path } of routes)
      expect(document.paths[path.replace(/:([^/]+)/g, '{$1}')]).toHaveProperty(method.toLowerCase());
  });

  it('names every parameter in a path', () => {
    for (const [path, methods] of Object.entries(document.paths)) {
      const wanted = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      for (const { parameters } of Object.values(methods))
        expect(parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(wanted);
    }
  });

  it('says which credential each route takes, and every error of the contract', () => {
    for (const route of routes) {
      const operation = document.paths[route.path.replace(/:([^/]+)/g, '{$1}')]?.[route.method.toLowerCase()];
      expect(operation?.security.length).toBe({ anyone: 0, runtime: 1, operator: 2, either: 3 }[route.caller]);
      const told = Object.values(operation?.responses ?? {})
        .map(({ description }) => description)
        .join();
      for (const code of route.errors) expect(told).toContain(code);
    }
  });

  it('offers no member that this version refuses, and says which those are', () => {
    const body = document.paths['/v1/assistants/{assistantId}/profiles']?.post?.requestBody?.content['application/json']?.schema;
    expect(Object.keys(body?.properties ?? {})).toEqual(expect.arrayContaining(['name', 'clientSecret', 'advanced']));
    expect(body?.properties).not.toHaveProperty('useConnector');
    expect(body?.['x-not-supported-yet']).toEqual(expect.arrayContaining(['useConnector']));
    expect(body?.properties?.advanced?.['x-not-supported-yet']).toContain('errorWhen');
    expect(body?.additionalProperties).toBe(false);
  });

  it('says what each field of the ask for a token means, in the document and on the page', () => {
    const ask = document.paths['/v1/token']?.post?.requestBody?.content['application/json']?.schema;
    const described = (schema: typeof ask): boolean[] =>
      Object.values(schema?.properties ?? {}).flatMap((field) => [
        field.description !== undefined,
        ...(field.anyOf ?? []).flatMap(described),
      ]);
    expect(described(ask).length).toBeGreaterThan(12);
    expect(described(ask)).not.toContain(false);
    expect(referencePage('https://grants.example.com')).toContain('the tokenVersion that the API has answered with 401');
  });

  it('tells limits and defaults', () => {
    const limit = document.paths['/v1/assistants']?.get?.parameters.find(({ name }) => name === 'limit');
    expect(limit).toMatchObject({ in: 'query', schema: { minimum: 1, maximum: 200, default: 50 } });
    expect(document.paths['/v1/assistants/{assistantId}']?.patch?.parameters.map(({ name }) => name)).toContain('If-Match');
  });

  it('is plain JSON', () => expect(JSON.parse(JSON.stringify(document))).toEqual(document));
});

describe('the readable page', () => {
  const page = referencePage('https://grants.example.com');

  it('shows every route with a line to try, and leads every link to a place on it', () => {
    for (const { method, path } of routes) {
      expect(page).toMatch(new RegExp(`<h3[^>]*>[^\\n]*${method}[^\\n]*<code>${path}</code></h3>`));
      expect(page).toContain(`curl -X ${method} &#39;https://grants.example.com${path.replace(/:([^/]+)/g, '{$1}')}`);
    }
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id));
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target);
  });

  it('names limits of fields and leaves no kind empty', () => {
    expect(page).toMatch(/<code>clientId<\/code><\/th><td>string<\/td><td>required; at least 1, at most 255 characters<\/td>/);
    expect(page).not.toMatch(/<\/th><td><\/td>|undefined|\[object/);
  });
});
