/** The reference's sheet: contents at the side where there is room, one column and only the chapters on a phone; light and dark. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --side: #f3f5f7; --ink: #16202b; --soft: #51606f; --line: #dbe1e7; --accent: #14568f; --tint: #f3f6f9;
  --get: #176b3a; --post: #14568f; --patch: #7a4a00; --delete: #a3262a; }
@media (prefers-color-scheme: dark) { :root { --ground: #11161c; --side: #171e26; --ink: #eef2f6; --soft: #a9b6c3; --line: #344150; --accent: #8ec5f5; --tint: #1a222b;
  --get: #7fd6a2; --post: #8ec5f5; --patch: #f0c274; --delete: #ff9c9c; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1.5rem; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .875rem; }
a { color: var(--accent); text-underline-offset: .2em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; padding: .5rem 1rem; }
.skip:focus { left: 1rem; top: 1rem; background: var(--ground); z-index: 1; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1rem; font-weight: 600; color: var(--soft); }
.brand svg { width: 1.375rem; height: 1.375rem; fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linecap: round; }
nav { background: var(--side); border-bottom: 1px solid var(--line); padding: 1.25rem; font-size: .875rem; }
nav ul { margin: 0; padding: 0; list-style: none; }
nav > ul { display: flex; flex-wrap: wrap; gap: .5rem; }
nav > ul > li > a { display: block; padding: .625rem .875rem; border: 1px solid var(--line); border-radius: .5rem; background: var(--ground); font-weight: 600; text-decoration: none; }
nav ul ul { display: none; }
main { padding: 1.5rem 1.25rem 4rem; max-width: 56rem; }
h1 { font-size: clamp(1.625rem, 5vw, 2.125rem); line-height: 1.2; letter-spacing: -.015em; margin: 0 0 1rem; text-wrap: balance; }
h2 { font-size: 1.5rem; letter-spacing: -.01em; margin: 3.5rem 0 1rem; }
h3 { display: flex; flex-wrap: wrap; align-items: center; gap: .375rem .75rem; font-size: 1rem; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h3 code { font-size: 1.0625rem; font-weight: 600; min-width: 0; }
h4 { font-size: .875rem; margin: 1.25rem 0 .25rem; }
article { border: 1px solid var(--line); border-radius: .75rem; padding: clamp(1rem, 3vw, 1.5rem); margin: 0 0 1.5rem; min-width: 0; }
article > :last-child { margin-bottom: 0; }
article p { margin: 0 0 .5rem; }
.method { font: 700 .75rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
h3 .method { border: 1px solid currentcolor; border-radius: .375rem; padding: .125rem .5rem; }
.get .method { color: var(--get); } .post .method, .put .method { color: var(--post); } .patch .method { color: var(--patch); } .delete .method { color: var(--delete); }
.who { font-size: .875rem; color: var(--soft); }
pre { overflow-x: auto; margin: 1rem 0; padding: .875rem 1rem; border-radius: .5rem; background: var(--tint); border: 1px solid var(--line); line-height: 1.55; }
.wide { overflow-x: auto; margin: .25rem 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .875rem; }
.wide table { min-width: 32rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem 1rem .5rem 0; border-bottom: 1px solid var(--line); }
td { overflow-wrap: break-word; min-width: 6rem; }
thead th { font-weight: 400; color: var(--soft); }
tbody th { font-weight: 400; }
details { border-top: 1px solid var(--line); }
summary { padding: .75rem 0; font-size: .875rem; font-weight: 600; cursor: pointer; color: var(--accent); }
.codes { display: flex; flex-wrap: wrap; gap: .375rem 1rem; margin: 0 0 .75rem; padding: 0; list-style: none; }
tr:target, article:target { outline: 2px solid var(--accent); outline-offset: .125rem; }
@media (min-width: 60rem) {
  body { display: grid; grid-template-columns: 19rem minmax(0, 1fr); }
  nav { position: sticky; top: 0; height: 100vh; overflow-y: auto; border-bottom: 0; border-right: 1px solid var(--line); padding: 1.5rem 1rem 2rem 1.5rem; }
  nav > ul { display: block; }
  nav > ul > li { margin-bottom: 1.25rem; }
  nav > ul > li > a { padding: .125rem 0; border: 0; background: none; color: var(--ink); }
  nav ul ul { display: block; }
  nav ul ul a { display: grid; grid-template-columns: 3.5rem minmax(0, 1fr); padding: .1875rem 0; color: var(--soft); text-decoration: none; line-height: 1.4; }
  nav .method { font-size: .6875rem; line-height: 1.75; }
  nav ul ul a:hover { color: var(--ink); text-decoration: underline; }
  main { padding: 3rem clamp(2rem, 5vw, 4.5rem) 6rem; }
}
`;
