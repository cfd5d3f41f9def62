import { createHash } from 'node:crypto';
import { errorCodes } from '@grantkeeper/contracts/error-codes';
import type { Route } from '@grantkeeper/contracts/route';
import { routes } from '@grantkeeper/contracts/routes';
import { Html, html } from '../http/html.js';
import { statusOf } from '../http/problem.filter.js';
import { icon, key } from '../pages/drawings.js';
import { curlOf } from './example.js';
import { type FieldRow, fieldRows } from './field-rows.js';
import { type JsonSchema, jsonSchemaOf } from './json-schema.js';
import { errorCodesOf } from './openapi.js';
import { style } from './reference-style.js';

/** The page's policy: its own style and nothing else. */
export const referencePolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const callers: Record<Route['caller'], string> = {
  anyone: 'anyone',
  runtime: 'a runtime, with its runtime key',
  operator: 'an operator, with session cookie or API token',
  either: 'a runtime or an operator',
};

/** The whole reference as one page, made from the contract. */
export function referencePage(publicUrl: string): string {
  const tags = [...new Set(routes.map(({ tag }) => tag))];
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>HTTP interface – Grantkeeper</title><link rel="icon" href="${icon}"><style>${new Html(style)}</style></head>
<body><a class="skip" href="#top">Skip to the content</a>
<nav aria-label="Contents"><p class="brand">${key}Grantkeeper</p><ul>${tags.map(tagLinks)}<li><a href="#errors">Errors</a></li></ul></nav>
<main id="top"><h1>Grantkeeper’s HTTP interface</h1>
<p>JSON in and out. For machines: <a href="/v1/openapi.json">OpenAPI 3.1</a>. Bodies are at most 64 KiB; unknown members are refused.
Lists answer <code>{items, nextCursor}</code>; send <code>cursor</code> for the next page.</p>
${tags.map((tag) => tagSection(tag, publicUrl))}
${errorSection()}
</main></body></html>`.markup;
}

const routesOf = (tag: string): Route[] => routes.filter((route) => route.tag === tag);
const anchorOf = ({ method, path }: Route): string => `${method} ${path}`.toLowerCase().replace(/[^a-z0-9]+/g, '-');

const tagLinks = (tag: string): Html =>
  html`<li><a href="#${tag.toLowerCase()}">${tag}</a><ul>${routesOf(tag).map(
    (route) =>
      html`<li class="${route.method.toLowerCase()}"><a href="#${anchorOf(route)}"><b class="method">${route.method}</b> <span>${pathOf(route)}</span></a></li>`,
  )}</ul></li>`;

/** The path with places to break a line. */
const pathOf = ({ path }: Route): Html[] =>
  path.split(/(?<=.)(?=\/)/).map((part, index) => html`${index > 0 && wordBreak}${part}`);
const wordBreak = html`<wbr>`;

const tagSection = (tag: string, publicUrl: string): Html =>
  html`<section aria-labelledby="${tag.toLowerCase()}"><h2 id="${tag.toLowerCase()}">${tag}</h2>${routesOf(tag).map((route) => routeArticle(route, publicUrl))}</section>`;

function routeArticle(route: Route, publicUrl: string): Html {
  const query = route.query ? jsonSchemaOf(route.query, 'input') : null;
  const body = route.body ? jsonSchemaOf(route.body, 'input') : null;
  return html`<article id="${anchorOf(route)}" class="${route.method.toLowerCase()}"><h3><span class="method">${route.method}</span> <code>${route.path}</code></h3>
<p>${route.summary}</p><p class="who">Called by ${callers[route.caller]}.${headersNote(route)}</p>
<pre tabindex="0" role="group" aria-label="Example of ${route.method} ${route.path}"><code>${curlOf(route, publicUrl)}</code></pre>
${query && html`<h4>Query</h4>${fieldTable('Query', query)}`}${body && html`<h4>Body</h4>${fieldTable('Body', body)}`}${answers(route)}
<details><summary>Errors</summary><ul class="codes">${errorCodesOf(route).map((code) => html`<li><a href="#${code}"><code>${code}</code></a></li>`)}</ul></details></article>`;
}

const headersNote = ({ permission, ifMatch, idempotencyKey }: Route): string =>
  `${permission ? ` Operators need ${permission}.` : ''}${ifMatch ? ' Needs If-Match with the revision’s entity tag.' : ''}${idempotencyKey ? ' Takes an Idempotency-Key.' : ''}`;

function fieldTable(title: string, schema: JsonSchema): Html {
  const refused = schema['x-not-supported-yet'];
  return html`<div class="wide" tabindex="0" role="group" aria-label="${title}"><table><thead><tr><th scope="col">Field</th><th scope="col">Kind</th><th scope="col">Rules</th></tr></thead>
<tbody>${fieldRows(schema).map(fieldLine)}</tbody></table></div>${refused ? html`<p class="who">Not supported yet: ${refused.join(', ')}.</p>` : null}`;
}

const fieldLine = ({ name, kind, required, rules }: FieldRow): Html =>
  html`<tr><th scope="row"><code>${name}</code></th><td>${kind}</td><td>${[required ? 'required' : '', rules].filter((part) => part !== '').join('; ')}</td></tr>`;

const answers = (route: Route): Html[] =>
  Object.entries(route.answers).map(([status, schema]) =>
    schema
      ? html`<details><summary>Answer ${status}${route.mediaType ? `, the data of each event` : null}</summary>${fieldTable(`Answer ${status}`, jsonSchemaOf(schema, 'output'))}</details>`
      : html`<p class="who">Answer ${status}: no body.</p>`,
  );

const errorSection = (): Html =>
  html`<section aria-labelledby="errors"><h2 id="errors">Errors</h2><p>Every error is a problem (RFC 9457): <code>{type, title, status, detail, code, errors?}</code>;
<code>errors</code> names each wrong field with its path.</p>
<div class="wide" tabindex="0" role="group" aria-label="Error codes"><table><thead><tr><th scope="col">Code</th><th scope="col">Status</th></tr></thead>
<tbody>${errorCodes.map((code) => html`<tr id="${code}"><th scope="row"><code>${code}</code></th><td>${statusOf[code]}</td></tr>`)}</tbody></table></div></section>`;
