// docs/dependencies.md gives one line of reason for each direct dependency, and for nothing else.
import { manifests, read, report } from './repo-files.mjs';

const page = 'docs/dependencies.md';

function directDependencies() {
  const names = manifests().flatMap(({ manifest }) => [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.devDependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
  ]);
  return [...new Set(names)].filter((name) => !name.startsWith('@grantkeeper/')).sort();
}

/** Table rows: | `name`, `name` | reason | */
function reasons() {
  const rows = [...read(page).matchAll(/^\| (`[^|]+`) \| ([^|]+) \|$/gm)];
  return rows.flatMap(([, names, reason]) =>
    [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => ({ name, reason: reason.trim() })),
  );
}

const used = directDependencies();
const told = reasons();
report(
  [
    ...used.filter((name) => !told.some((row) => row.name === name)).map((name) => `${page}: no reason given for ${name}`),
    ...told.filter(({ name }) => !used.includes(name)).map(({ name }) => `${page}: ${name} is not a direct dependency any more`),
    ...told
      .filter(({ name }, index) => told.findIndex((row) => row.name === name) !== index)
      .map(({ name }) => `${page}: ${name} stands twice`),
    ...told.filter(({ reason }) => reason.length < 20).map(({ name }) => `${page}: ${name} has no real reason`),
  ],
  `${used.length} direct dependencies, each with its reason`,
);
