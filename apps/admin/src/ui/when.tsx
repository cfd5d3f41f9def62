import { useEffect, useState } from 'react';
import { instantText, relativeText } from '../i18n/formats.js';
import { useLanguage } from '../i18n/language.js';

const tickMs = 15_000;

/** The instant now, anew every 15 s. */
export function useNow(): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** How long ago, or until when; the exact instant is its title. */
export function When({ at }: { at: string }) {
  const language = useLanguage();
  const now = Math.max(useNow(), Date.now()); // what has just come is not in the future
  return (
    <time dateTime={at} title={instantText(at, language)}>
      {relativeText(at, now, language)}
    </time>
  );
}

/** The exact instant. */
export function Instant({ at }: { at: string }) {
  const language = useLanguage();
  return <time dateTime={at}>{instantText(at, language)}</time>;
}
