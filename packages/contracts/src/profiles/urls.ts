import { z } from 'zod';

const urlMax = 3000;

/** Each placeholder as one letter, so that the URL around it can be judged. */
export const withoutPlaceholders = (url: string, sample = 'x'): string => url.replace(/\{\{[^{}]*\}\}|\{[^{}]*\}/g, sample);

/** An absolute URL without user info or fragment (RFC 6749 section 3.1 and 3.2). Which schemes and hosts are allowed is the outbound policy's word. */
const absoluteUrl = (read: (url: string) => string) =>
  z
    .string()
    .min(1)
    .max(urlMax)
    .refine((value) => !/[^\s\x21-\x7e]/.test(value), {
      message: 'must be ASCII: other characters percent-encoded, a host as xn--…',
    })
    .refine((value) => /^https?:\/\/[^\s\\]+$/.test(read(value)) && URL.canParse(read(value)), {
      message: 'must be an absolute https URL',
    })
    .refine(
      (value) => !URL.canParse(read(value)) || (new URL(read(value)).username === '' && new URL(read(value)).password === ''),
      {
        message: 'must not contain user info',
      },
    )
    .refine((value) => !value.includes('#'), { message: 'must not contain a fragment' });

/** A URL as it stands. */
export const endpointUrl = absoluteUrl((url) => url).refine((value) => !/[{}]/.test(value), {
  message: 'must not hold placeholders',
});

/** A URL that may hold placeholders; which ones, and where, is for the whole profile to say: a port, for one, is none of their places. */
export const templateUrl = absoluteUrl((url) =>
  URL.canParse(withoutPlaceholders(url)) ? withoutPlaceholders(url) : withoutPlaceholders(url, '1'),
);
