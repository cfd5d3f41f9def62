// Every path named in a page or in a module's header exists: a page that sends the reader nowhere is worse than none.
// Read are `backticked` paths outside code blocks, relative links, and file names in the first comment of *.module.ts.
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { read, report, repositoryFiles, root } from './repo-files.mjs';

const files = repositoryFiles();
const topLevel = new Set(files.map((path) => path.split('/')[0]));
const folders = new Set(files.flatMap((path) => ancestors(path)));
/** `core/grants/grant.ts` may stand for packages/core/src/grants/grant.ts. */
const shortNames = files.map((path) => `/${path.replace('/src/', '/')}`);
const fileName = /\.(tsx?|mjs|cjs|json|md|sql|ya?ml)$/;

function ancestors(path) {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** `a/{b,c}.ts` names two paths. */
function expand(token) {
  const braces = /\{([^{}]*,[^{}]*)\}/.exec(token);
  return braces ? braces[1].split(',').flatMap((one) => expand(token.replace(braces[0], one.trim()))) : [token];
}

/** Is this token meant as a path of this repository? Routes, globs of names to come and generated folders are not. */
function isRepositoryPath(token) {
  if (!/^\.?[\w@.][\w@./{},*-]*$/.test(token) || /(^|\/)(node_modules|\.local)(\/|$)/.test(token)) return false;
  if (fileName.test(token)) return true;
  return token.includes('/') && topLevel.has(token.split('/')[0]);
}

function matches(path) {
  const pattern = new RegExp(`^${path.replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\*+/g, '[^/]*')}$`);
  return files.some((file) => pattern.test(file));
}

function exists(token, page) {
  const path = normalize(token)
    .replace(/\/$/, '')
    .replace(/\/dist\/(.*)\.js$/, '/src/$1.ts')
    .replace(/\/dist$/, '');
  const beside = normalize(join(dirname(page), path));
  if ([path, beside].some((one) => files.includes(one) || folders.has(one) || (one.includes('*') && matches(one)))) return true;
  return (
    fileName.test(path) &&
    shortNames.some((name) => name.endsWith(`/${path.replace(/^(apps|packages)\//, '').replace('/src/', '/')}`))
  );
}

function tokensOfPage(text) {
  const prose = text.replace(/^(```|~~~)[\s\S]*?^\1/gm, (block) => block.replace(/[^\n]/g, ''));
  return prose.split('\n').flatMap((line, index) => {
    const quoted = [...line.matchAll(/`([^`\s]+)`/g)].map(([, token]) => token);
    const links = [...line.matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)[^)]*\)/g)].map(([, target]) => target);
    return [
      ...quoted
        .filter((token) => isRepositoryPath(withoutLine(token)))
        .map((token) => ({ token: withoutLine(token), line: index + 1 })),
      ...links.map((token) => ({ token, line: index + 1, link: true })),
    ];
  });
}

function tokensOfModuleHeader(text) {
  const start = text.search(/\/\*\*|^\/\//m);
  const comment = /^\/\*[\s\S]*?\*\/|^(\/\/.*\n)+/.exec(text.slice(Math.max(start, 0)))?.[0] ?? '';
  const firstLine = text.slice(0, Math.max(start, 0)).split('\n').length;
  return comment
    .split('\n')
    .flatMap((line, index) =>
      [...line.matchAll(/[\w@./{},*-]+\.(?:tsx?|md)\b/g)].map(([token]) => ({ token, line: firstLine + index })),
    );
}

function withoutLine(token) {
  return token.replace(/:\d+(-\d+)?$/, '').replace(/#.*$/, '');
}

function missingIn(page) {
  const tokens = page.endsWith('.md') ? tokensOfPage(read(page)) : tokensOfModuleHeader(read(page));
  return tokens.flatMap(({ token, line, link }) =>
    expand(token)
      .filter((path) => (link ? !existsSync(join(root, dirname(page), path)) : !exists(path, page)))
      .map((path) => `${page}:${line}: ${path} does not exist`),
  );
}

const pages = files.filter((path) => /^(README|ARCHITECTURE|CONTRIBUTING)\.md$|^docs\/.*\.md$|\.module\.ts$/.test(path));
report(pages.flatMap(missingIn), `${pages.length} pages and module headers name only paths that exist`);
