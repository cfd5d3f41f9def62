/** RFC 3986 section 2.3: all but unreserved characters, as UTF-8. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Why a value may not stand in a segment of a path even when encoded: many servers decode before they split. Null where it may. */
export function segmentValueProblem(value: string): string | null {
  if (/[/\\]/.test(value)) return 'must not hold a slash or backslash: it is one segment of a path';
  if (/[\u0000-\u001f\u007f]/.test(value)) return 'must not hold control characters: it is one segment of a path';
  if (/%(?:2f|5c|2e|00|25)/i.test(value))
    return 'must not hold an encoded slash, dot or percent sign: it is one segment of a path';
  return null;
}

/** Why a text is no field value of a header (RFC 9110 section 5.5), printable ASCII only; null where it is one. */
export function headerValueProblem(value: string): string | null {
  if (/[\r\n\u0000]/.test(value)) return 'must not hold a line break or NUL: it stands in a header';
  if (!/^[\t\x20-\x7e]*$/.test(value)) return 'must be printable ASCII: it stands in a header';
  if (value !== value.trim()) return 'must not begin or end with a blank: it stands in a header';
  return null;
}
