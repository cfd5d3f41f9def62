#!/bin/sh
# Builds api, worker and admin from this tree and leaves in an empty folder only what runs: scripts/image-build.sh <folder>
# The Dockerfile calls it; so does the check of the image where there is no Docker (tests/image.deploy.spec.ts).
# It writes nowhere else than there, to npm's cache and to the temporary folder.
set -eu
tree=$(cd "$(dirname "$0")/.." && pwd)
out=${1:?which folder?}
mkdir -p "$out"
if [ -n "$(ls -A "$out")" ]; then
  echo "$out is not empty" >&2
  exit 1
fi
export DO_NOT_TRACK=1 npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false npm_config_loglevel=error

# Sources without tests, tools and what an earlier build left.
(cd "$tree" && find apps packages -type d \( -name node_modules -o -name dist -o -name .turbo -o -name test-fixtures \) -prune \
  -o -type f ! -name '*.spec.ts' ! -name '*.spec.tsx' -print | tar -cf - -T -) | tar -xf - -C "$out"
cp "$tree/package-lock.json" "$tree/tsconfig.base.json" "$tree/LICENSE" "$tree/deploy/health.mjs" "$out"
cd "$out"

# Of the root's tools only the compiler; workspaces are those that were copied.
node -e '
  const { readFileSync, writeFileSync } = require("node:fs");
  const manifest = JSON.parse(readFileSync(process.argv[1], "utf8"));
  const { typescript, "@types/node": types } = manifest.devDependencies;
  Object.assign(manifest, { workspaces: ["apps/*", "packages/*"], scripts: {}, devDependencies: { typescript, "@types/node": types } });
  writeFileSync("package.json", JSON.stringify(manifest, null, 2) + "\n");
' "$tree/package.json"

# "npm ci" refuses a lock file that lacks packages for other platforms; "npm install" takes the locked versions of what is there.
npm ci --include=dev --ignore-scripts 2>/dev/null || npm install --no-save --include=dev --ignore-scripts
node node_modules/typescript/bin/tsc -b apps/admin-cli apps/api apps/worker
npm run build --workspace apps/admin
npm prune --omit=dev --no-save --ignore-scripts

find apps packages -type d -name node_modules -prune -o -type f \
  \( -name '*.d.ts' -o -name '*.map' -o -name '.tsbuildinfo' -o -name 'tsconfig*.json' \) -exec rm -f {} +
rm -rf apps/*/src packages/*/src apps/admin/public apps/admin/index.html apps/admin/vite.config.mjs apps/admin/dist/.vite tsconfig.base.json
find node_modules -type d -empty -delete
# "docker compose exec api grantkeeper-admin" and "run --rm api grantkeeper-admin"; Dockerfile puts it on the PATH.
chmod +x apps/admin-cli/dist/main.js
ln -s apps/admin-cli/dist/main.js grantkeeper-admin
chmod -R a+rX .
