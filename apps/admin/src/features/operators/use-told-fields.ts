import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { splitProblem } from '../../ui/field-problems.js';
import { ruleWords } from '../../ui/rule-words.js';

type Errors = Readonly<Record<string, string>>;

/** Sends a small form; what the API finds wrong is told by field, and the first of them gets the focus. `left` is for an alert. */
export function useToldFields(send: () => Promise<unknown>, hasField: (path: string) => boolean, onDone: () => void) {
  const [errors, setErrors] = useState<Errors>({});
  const [left, setLeft] = useState<unknown>(null);
  const { mutate, isPending } = useMutation({
    mutationFn: send,
    onSuccess: () => {
      setErrors({});
      setLeft(null);
      onDone();
    },
    onError: (error) => {
      const split = splitProblem(error, hasField);
      setErrors(Object.fromEntries(split.placed.map(({ path, message }) => [path, ruleWords(message)])));
      setLeft(split.left);
      document.getElementById(`operator-${split.placed[0]?.path}`)?.focus();
    },
  });
  /** What is typed anew is not told as wrong any more. */
  const forget = (path: string) => setErrors(({ [path]: _, ...others }) => others);
  return { errors, left, submit: () => mutate(), isPending, forget };
}
