import type { FieldError } from '@grantkeeper/contracts/error-codes';
import { isHostName, ownerLabels } from '../placeholders/host-names.js';
import {
  type Fault,
  isFault,
  isPlaceholder,
  type Part,
  type Placeholder,
  parsePlaceholders,
  sourcesIn,
} from '../placeholders/placeholder.js';
import { fillUrl, type UrlTemplate, urlFaults, urlTemplate } from '../placeholders/url-template.js';
import { type FillFault, fillFault, placeholderValue, type Values } from '../placeholders/values.js';
import { additionalFieldsOf, readFieldValue } from './additional-fields.js';
import { authorizationFieldsOf, fieldFaults } from './authorization-fields.js';
import { reasonAgainst, tenancyOf } from './placeholder-rules.js';
import type { ProfileDefinition } from './profile.js';

/** The base of the provider's API, placeholders and all: the profile's own, or the tenancy's; null where there is none. */
export function baseUrlOf(definition: ProfileDefinition): string | null {
  const { enabled, url } = tenancyOf(definition);
  return definition.advanced.apiBaseUrl ?? (enabled ? (url ?? null) : null);
}

/** Those of a profile's URLs that hold placeholders, by their path in the profile. */
function templatedUrls({ authorizationUrl, tokenUrl, refreshUrl, advanced, tenancy }: ProfileDefinition): [string, string][] {
  const urls: [string, string | null | undefined][] = [
    ['authorizationUrl', authorizationUrl],
    ['tokenUrl', tokenUrl],
    ['refreshUrl', refreshUrl],
    ['tenancy.url', tenancy?.url],
    ['advanced.revocationUrl', advanced.revocationUrl],
    ['advanced.apiBaseUrl', advanced.apiBaseUrl],
  ];
  return urls.flatMap(([path, url]) => (url && /[{}]/.test(url) ? [[path, url] as [string, string]] : []));
}

/** Path authorization fields fill URLs too, and come before additional fields of the same key. */
function templateOf(definition: ProfileDefinition, url: string): UrlTemplate | Fault {
  const parts = parsePlaceholders(url);
  return isFault(parts) ? parts : urlTemplate(withPathFields(definition, parts));
}

/** The same parts, those that a path authorization field fills with what that field is made of. */
export function withPathFields(definition: ProfileDefinition, parts: readonly Part[]): Part[] {
  return parts.map((part) => withPathField(definition, part));
}

function withPathField(definition: ProfileDefinition, part: Part): Part {
  if (!isPlaceholder(part) || part.source.kind !== 'field') return part;
  const { key } = part.source;
  const field = authorizationFieldsOf(definition).find((one) => one.fieldType === 'path' && one.key === key);
  const parts = field === undefined ? null : parsePlaceholders(field.value);
  return parts === null || isFault(parts) ? part : { ...part, source: { kind: 'path-field', key, parts } };
}

/** Fills one of a profile's URLs. A value never leaves its place; one that would is a fault. */
export function fillProfileUrl(definition: ProfileDefinition, url: string, values: Values): string | FillFault {
  if (!/[{}]/.test(url)) return url;
  const template = templateOf(definition, url);
  if (isFault(template)) throw new Error(`a stored URL has a placeholder that ${template.message}`);
  return fillUrl(template, values, definition.advanced.hostAllowList ?? []);
}

/** Additional fields that fill a URL of the profile: another value would lead tokens elsewhere than they were consented for. */
export function fieldsInUrls(definition: ProfileDefinition): ReadonlySet<string> {
  const sources = templatedUrls(definition).flatMap(([, url]) => {
    const parts = parsePlaceholders(url);
    return isFault(parts) ? [] : sourcesIn(withPathFields(definition, parts));
  });
  return new Set(sources.flatMap((source) => (source.kind === 'field' ? [source.key] : [])));
}

/** What is wrong with values that are known so far, wherever the profile puts them: in URLs and in authorization fields. Of those that are not known only the runtime's are asked for: the user can still give the others. */
export function valueFaults(definition: ProfileDefinition, values: Values): FillFault[] {
  const list = definition.advanced.hostAllowList ?? [];
  const urls = templatedUrls(definition).flatMap(([, url]) => {
    const template = templateOf(definition, url);
    if (isFault(template)) return [];
    const absent = missingContext(
      template.placed.map(({ placeholder }) => placeholder),
      values,
    );
    return [...absent, ...urlFaults(template, values, list)];
  });
  return [...urls, ...fieldFaults(definition, values)];
}

function missingContext(placeholders: readonly Placeholder[], values: Values): FillFault[] {
  return placeholders
    .filter((one) => sourcesIn([one]).some(({ kind }) => kind === 'context') && placeholderValue(one, values) === null)
    .map((one) => fillFault(one, 'required', 'is required'))
    .filter(({ input }) => input.startsWith('context.'));
}

/** Tenants and defaults that the profile names itself, where they would leave their place. */
export function ownValueErrors(definition: ProfileDefinition): FieldError[] {
  const values: Values = {
    tenant: null,
    fields: new Map(),
    context: {},
    userId: 'user',
    accessToken: null,
    random: () => 'random',
  };
  const errorsOf = (path: string, input: string, more: Partial<Values>): FieldError[] =>
    valueFaults(definition, { ...values, ...more })
      .filter((fault) => fault.input === input)
      .slice(0, 1)
      .map(({ code, message, placeholder }) => ({ path, code, message: `${message} (${placeholder})` }));
  const inHost = tenantFillsHost(definition);
  const tenants = (tenancyOf(definition).allowedTenants ?? []).flatMap((tenant, index) => {
    const path = `tenancy.allowedTenants.${index}`;
    if (inHost && tenant !== tenant.toLowerCase())
      return [{ path, code: 'not_a_host_label', message: 'must be lower case: it fills a host' }];
    return errorsOf(path, 'tenant', { tenant });
  });
  const fields = additionalFieldsOf(definition).flatMap((field, index) => {
    const read = field.value === undefined ? null : readFieldValue(field, field.value);
    if (read === null || 'code' in read) return [];
    return errorsOf(`additionalFields.${index}.value`, `fields.${field.key}`, { fields: new Map([[field.key, read.value]]) });
  });
  return [...tenants, ...fields];
}

/** Whether the tenant fills a part of a host, where upper and lower case are the same. */
export function tenantFillsHost(definition: ProfileDefinition): boolean {
  return templatedUrls(definition).some(([, url]) => {
    const template = templateOf(definition, url);
    return !isFault(template) && template.labels.some((label) => sourcesIn(label).some(({ kind }) => kind === 'tenant'));
  });
}

/** What is wrong with the placeholders of a profile's URLs: field, placeholder, reason. */
export function urlErrors(definition: ProfileDefinition): FieldError[] {
  const { enabled, url } = tenancyOf(definition);
  const errors = templatedUrls(definition).flatMap(([path, text]) => {
    const faults = faultsOf(definition, path, text);
    return faults.map(({ code, placeholder, message }) => ({ path, code, message: `${placeholder} ${message}` }));
  });
  definition.advanced.hostAllowList?.forEach((host, index) => {
    const labels = host.split('.');
    if (labels[0] === '*' && labels.length - 1 < ownerLabels(labels))
      errors.push({ path: `advanced.hostAllowList.${index}`, code: 'too_wide', message: 'would allow the hosts of many owners' });
  });
  if (enabled && !url?.includes('{tenant}'))
    errors.push({ path: 'tenancy.url', code: 'required', message: 'must be a URL that holds {tenant}' });
  return errors;
}

function faultsOf(definition: ProfileDefinition, path: string, url: string): Fault[] {
  const template = templateOf(definition, url);
  if (isFault(template)) return [template];
  const faults = template.placed.flatMap((placed) => {
    const sources = sourcesIn([placed.placeholder]);
    const reason = sources.map((source) => reasonAgainst(definition, path, source, placed)).find((one) => one !== null);
    return reason ? [{ ...reason, placeholder: placed.placeholder.written }] : [];
  });
  return faults.length > 0 ? faults : hostFaults(template, definition.advanced.hostAllowList ?? []);
}

function hostFaults({ labels, wholeHost }: UrlTemplate, list: readonly string[]): Fault[] {
  const placeholder = labels.flat().find(isPlaceholder)?.written;
  if (placeholder === undefined) return [];
  const wrong = (code: string, message: string): Fault[] => [{ code, placeholder, message }];
  if (wholeHost && list.length === 0)
    return wrong('host_allow_list_required', 'fills a whole host, so advanced.hostAllowList must say which hosts it may become');
  const sample = labels.map((label) => label.map((part) => (isPlaceholder(part) ? 'a' : part)).join('')).join('.');
  return !wholeHost && !isHostName(sample.toLowerCase()) ? wrong('not_a_host', 'stands in what is no name of a host') : [];
}

/** Where a URL leads, as far as the profile decides it: scheme, host and port, with the placeholders of the host as they stand. */
export function originPattern(definition: ProfileDefinition, url: string): string | null {
  if (!/[{}]/.test(url)) return URL.canParse(url) ? new URL(url).origin : null;
  const template = templateOf(definition, url);
  if (isFault(template)) return null;
  const host = template.labels.map((label) => label.map(patternOf).join('')).join('.');
  return `${template.scheme}${host}${withoutDefault(template)}`;
}

/** The origins that a URL may lead to: its pattern, and where that is a whole host the hosts that it may become. */
export function originsOfUrl(definition: ProfileDefinition, url: string): string[] {
  const { hostAllowList = [] } = definition.advanced;
  const pattern = originPattern(definition, url);
  if (pattern === null) return [];
  const template = /[{}]/.test(url) ? templateOf(definition, url) : null;
  if (template === null || isFault(template) || !template.wholeHost) return [pattern];
  return [pattern, ...hostAllowList.map((host) => `${template.scheme}${host}${withoutDefault(template)}`)];
}

const withoutDefault = ({ scheme, port }: UrlTemplate): string =>
  port === (scheme === 'https://' ? ':443' : ':80') || port === ':' ? '' : port;

function patternOf(part: Part): string {
  if (!isPlaceholder(part)) return part.toLowerCase();
  const { source } = part;
  if (source.kind === 'path-field') return source.parts.map(patternOf).join('');
  return source.kind === 'field' ? `{{${source.key}}}` : part.written;
}
