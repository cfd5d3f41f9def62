// How dependency-cruiser resolves @grantkeeper/<workspace>/<subpath>: to the sources, so that path rules fire although
// nothing is built. It reads the workspaces below the current folder, because the proof runs on a temporary tree.
const { existsSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const alias = {};
for (const group of ['apps', 'packages', 'tools']) {
  const folder = join(process.cwd(), group);
  for (const name of existsSync(folder) ? readdirSync(folder) : []) alias[`@grantkeeper/${name}`] = join(folder, name, 'src');
}

module.exports = { resolve: { alias } };
