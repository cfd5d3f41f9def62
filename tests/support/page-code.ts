/** The confirmation code that a page's text shows, by itself: an id with four digits on both sides of a hyphen is none. Empty where there is none. */
export function codeOnPage(text: string): string {
  return /(?<![\w-])[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}(?![\w-])/.exec(text)?.[0] ?? '';
}
