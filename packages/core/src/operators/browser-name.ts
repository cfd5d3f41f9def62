/** Most specific first: Edge and Opera name Chrome too, Chrome names Safari. */
const browsers: readonly [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\b(Firefox|FxiOS)\//, 'Firefox'],
  [/\b(Headless)?(Chrome|CriOS|Chromium)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
  [/^curl\//, 'curl'],
];
const systems: readonly [RegExp, string][] = [
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMacintosh\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
];

/** Browser and system, without versions: enough to know one's own again, and no more is kept. Null where neither is known. */
export function browserName(userAgent: string | undefined): string | null {
  const named = (list: readonly [RegExp, string][]) => list.find(([form]) => form.test(userAgent ?? ''))?.[1];
  return [named(browsers), named(systems)].filter((part) => part !== undefined).join(', ') || null;
}
