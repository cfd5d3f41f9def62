const longestValues = 16_384;
const deepestValues = 16;
/** Members that may hold a token or secret at any depth, whatever their spelling. */
const secretMembers = ['accesstoken', 'refreshtoken', 'idtoken', 'clientsecret'];

/** What else a provider said beside the tokens, for the runtime: never a token, and nothing at all where it is too much. */
export function keptValues(members: Record<string, unknown>, tokens: readonly string[]): Record<string, unknown> {
  if (isDeeper(members, deepestValues)) return {};
  const kept = withoutSecrets(members, new Set(tokens)) as Record<string, unknown>;
  return Buffer.byteLength(JSON.stringify(kept)) <= longestValues ? kept : {};
}

function withoutSecrets(value: unknown, tokens: ReadonlySet<unknown>): unknown {
  if (Array.isArray(value)) return value.filter((item) => !tokens.has(item)).map((item) => withoutSecrets(item, tokens));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => !isSecretName(name) && !tokens.has(member))
      .map(([name, member]) => [name, withoutSecrets(member, tokens)]),
  );
}

function isSecretName(name: string): boolean {
  return name === '__proto__' || secretMembers.includes(name.replace(/[^A-Za-z]/g, '').toLowerCase());
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}
