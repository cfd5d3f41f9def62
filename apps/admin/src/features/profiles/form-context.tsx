import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react';
import { useTexts } from '../../i18n/language.js';
import { inputId, inputOf } from './field-inputs.js';
import { de as fieldsDe } from './field-texts.de.js';
import { en as fieldsEn } from './field-texts.en.js';
import { de } from './texts.de.js';
import { en } from './texts.en.js';

export const useProfileTexts = () => useTexts({ en, de });
export const useFieldTexts = () => useTexts({ en: fieldsEn, de: fieldsDe });

interface Revealed {
  /** The input to look at, and how often one was asked for: the same one may be asked for again. */
  input: string;
  count: number;
}
interface FormPlace {
  readOnly: boolean;
  revealed: Revealed | null;
  /** Opens what folds the input away and puts the keyboard there; takes any path of the contract. */
  reveal: (path: string) => void;
}

const FormPlaceContext = createContext<FormPlace>({ readOnly: false, revealed: null, reveal: () => {} });
export const useFormPlace = (): FormPlace => useContext(FormPlaceContext);

/** What the inputs of one form share. */
export function FormPlaceProvider({ readOnly, children }: { readOnly: boolean; children: ReactNode }) {
  const [revealed, setRevealed] = useState<Revealed | null>(null);
  const reveal = useCallback(
    (path: string) => setRevealed((last) => ({ input: inputOf(path).input, count: (last?.count ?? 0) + 1 })),
    [],
  );
  useEffect(() => {
    if (revealed) focusSoon(inputId(revealed.input));
  }, [revealed]);
  const place = useMemo(() => ({ readOnly, revealed, reveal }), [readOnly, revealed, reveal]);
  return <FormPlaceContext.Provider value={place}>{children}</FormPlaceContext.Provider>;
}

/** Opens what folds inputs away when one below this path is asked for. */
export function useRevealed(below: string, setOpened: (opened: boolean) => void): void {
  const { revealed } = useFormPlace();
  const seen = useRef(revealed?.count); // what was asked for before this was there is over
  useEffect(() => {
    if (!revealed || revealed.count === seen.current) return;
    seen.current = revealed.count;
    if (revealed.input === below || revealed.input.startsWith(`${below}.`)) setOpened(true);
  }, [revealed, below, setOpened]);
}

/** What folds the input away needs a moment to open. */
function focusSoon(id: string, frames = 40): void {
  const element = document.getElementById(id);
  if (element && element.offsetParent !== null) {
    element.focus();
    element.scrollIntoView({ block: 'center' });
  } else if (frames > 0) requestAnimationFrame(() => focusSoon(id, frames - 1));
}
