import { z } from 'zod';
import { cleanText } from '../text.js';
import { templateUrl } from './urls.js';

/** Text that people are shown or that goes into requests: one line, nothing that reorders what stands beside it. */
export const plainText = (max: number) =>
  cleanText(max).refine(
    (value) => !/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(value),
    'must be one line without control or direction characters',
  );

const noBlanksAround = (value: string): boolean => value.trim() === value;
const label = (max: number) => plainText(max).min(1).refine(noBlanksAround, 'must not have blanks around it');

/** The customer's name at the provider. Where it may stand in URLs narrows it further. */
export const tenantSchema = label(253);
/** What an additional field is given. */
export const fieldValue = plainText(1000);

/** Words that placeholders and objects mean something else by. */
export const reservedKeys: readonly string[] = [
  'tenant',
  'context',
  'user',
  'captured',
  'token',
  'random',
  'constructor',
  'prototype',
];
/** A key that can be written between braces. */
export const fieldKeySchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]{0,49}$/, 'must be a letter, then letters, digits, - and _, at most 50')
  .refine((key) => !reservedKeys.includes(key), { message: 'is a word that placeholders mean something else by' });

/** Issues for every row whose key an earlier row has. */
function uniqueKeys(rows: readonly { key: string }[], context: z.RefinementCtx): void {
  const seen = new Set<string>();
  rows.forEach(({ key }, index) => {
    if (seen.has(key)) context.addIssue({ code: 'custom', path: [index, 'key'], message: `${key} is given twice` });
    seen.add(key);
  });
}

export const tenancySchema = z.strictObject({
  enabled: z.boolean(),
  /** The base of the provider's API; holds {tenant}. */
  url: templateUrl.optional(),
  allowedTenants: z.array(tenantSchema).max(1000).optional(),
});

const additionalField = z.strictObject({
  key: fieldKeySchema,
  /** A default: the user is not asked. */
  value: fieldValue.optional(),
  label: label(100).optional(),
  hint: label(500).optional(),
  /** Typed unseen and never shown again. */
  secret: z.boolean().optional(),
  /** True unless told: the user may not leave it empty. */
  required: z.boolean().optional(),
  /** A pattern for the whole of what is typed, checked in linear time. */
  pattern: plainText(200).min(1).optional(),
  allowedValues: z
    .array(fieldValue.min(1))
    .min(1)
    .max(100)
    .refine((values) => new Set(values).size === values.length, 'must not hold a value twice')
    .optional(),
  prefix: plainText(200).min(1).optional(),
  suffix: plainText(200).min(1).optional(),
});
export const additionalFieldsSchema = z.array(additionalField).max(50).superRefine(uniqueKeys);

/** Names that belong to the connection or to whoever sends the request (RFC 9110 sections 7.2, 7.6.1, 8.6, 10.1.1 and 11.7). */
const refusedHeaders = [
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
  'expect',
];
/** RFC 9110 section 5.6.2. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
export const isHeaderName = (name: string): boolean => headerName.test(name);
export const isRefusedHeader = (name: string): boolean => refusedHeaders.includes(name.toLowerCase());

const authorizationField = z
  .strictObject({
    fieldType: z.enum(['header', 'payload', 'query', 'path']),
    key: plainText(100).min(1).refine(noBlanksAround, 'must not have blanks around it'),
    /** May hold placeholders. */
    value: cleanText(4000).min(1),
  })
  .superRefine(({ fieldType, key }, context) => {
    const wrong = (message: string): void => context.addIssue({ code: 'custom', path: ['key'], message });
    if (key === '__proto__') wrong('is a word that objects mean something else by');
    else if (fieldType === 'header' && !isHeaderName(key)) wrong('must be the name of a header (RFC 9110 section 5.6.2)');
    else if (fieldType === 'header' && isRefusedHeader(key)) wrong('belongs to the connection or to the sender of the request');
    else if (fieldType === 'path' && !fieldKeySchema.safeParse(key).success)
      wrong('must be a letter, then letters, digits, - and _, and no word that placeholders mean something else by');
  });
/** For requests to the provider's API that are made with the grant. */
export const authorizationFieldsSchema = z
  .array(authorizationField)
  .max(50)
  .superRefine((rows, context) =>
    uniqueKeys(
      rows.map(({ fieldType, key }) => ({ key: fieldType === 'header' ? key.toLowerCase() : key })),
      context,
    ),
  );

/** Hosts that a placeholder may become: `api.example.com`, or `*.example.com` for all below it. */
export const hostAllowListSchema = z
  .array(
    z
      .string()
      .max(255)
      .regex(
        /^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/,
        'must be the name of a host in lower case, like api.example.com or *.example.com',
      ),
  )
  .max(100);

export type Tenancy = z.infer<typeof tenancySchema>;
export type AdditionalField = z.infer<typeof additionalField>;
export type AuthorizationField = z.infer<typeof authorizationField>;
