export type CallbackProblem = 'repeated' | 'too_long' | 'missing' | 'both';
export type Callback =
  | { ok: true; code?: string; error?: string; errorDescription?: string; state: string; iss?: string }
  | { ok: false; problem: CallbackProblem };

const limits = { code: 4096, error: 200, error_description: 4096, state: 43, iss: 2048 } as const;
type Name = keyof typeof limits;
const names = Object.keys(limits) as Name[];

/** base64url of 256 random bits: the only states that we ever make. */
const stateForm = /^[A-Za-z0-9_-]{43}$/;
/** VSCHAR (RFC 6749 appendix A.11). */
const codeForm = /^[\x20-\x7e]+$/;
/** NQSCHAR (RFC 6749 section 4.1.2.1). */
const errorForm = /^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/;

/** Reads what came back to the redirect URI (RFC 6749 section 4.1.2): single, well-formed parameters; all others are ignored. */
export function readCallback(params: Record<string, unknown>): Callback {
  const given: Partial<Record<Name, string>> = {};
  for (const name of names) {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined || value === '') continue; // without a value means omitted (RFC 6749 section 3.1)
    if (typeof value !== 'string') return { ok: false, problem: 'repeated' };
    if (value.length > limits[name] && name !== 'error_description') return { ok: false, problem: 'too_long' };
    given[name] = value;
  }
  return judge(given);
}

function judge(given: Partial<Record<Name, string>>): Callback {
  const { code, error, state, iss } = given;
  if (code !== undefined && error !== undefined) return { ok: false, problem: 'both' };
  if (state === undefined || !stateForm.test(state)) return { ok: false, problem: 'missing' };
  if (code !== undefined) {
    return codeForm.test(code)
      ? { ok: true, code, state, ...(iss === undefined ? {} : { iss }) }
      : { ok: false, problem: 'missing' };
  }
  if (error === undefined || !errorForm.test(error)) return { ok: false, problem: 'missing' };
  return { ok: true, error, ...description(given.error_description), state, ...(iss === undefined ? {} : { iss }) };
}

/** The description is for the record only: one that breaks its own rules is left out, and the refusal stands. */
function description(text: string | undefined): { errorDescription?: string } {
  return text !== undefined && text.length <= limits.error_description && errorForm.test(text) ? { errorDescription: text } : {};
}

/** Whether the answer may come from the issuer that was asked (RFC 9207 section 2.4); where no issuer is known there is nothing to compare. */
export function checkIssuer(iss: string | undefined, pinned: { issuer: string | null; issParameterSupported: boolean }): boolean {
  if (pinned.issuer === null) return true;
  return iss === undefined ? !pinned.issParameterSupported : iss === pinned.issuer;
}
