import { createHash } from 'node:crypto';

/** The one stylesheet of our pages, inlined and allowed by its hash. System fonts, light and dark, one column from 320 px up. */
export const style = `
:root { color-scheme: light dark; --ground: #f3f5f7; --card: #fff; --ink: #16202b; --soft: #51606f; --line: #dbe1e7; --accent: #14568f; --on-accent: #fff;
  --accent-hover: #0e426f; --good: #176b3a; --bad: #a3262a; --tint: #eef3f8; }
@media (prefers-color-scheme: dark) { :root { --ground: #11161c; --card: #1a222b; --ink: #eef2f6; --soft: #a9b6c3; --line: #344150; --accent: #8ec5f5;
  --on-accent: #0c1722; --accent-hover: #b3d8f8; --good: #7fd6a2; --bad: #ff9c9c; --tint: #222d38; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; padding: clamp(1rem, 6vh, 4rem) 1rem 2rem;
  background: var(--ground); color: var(--ink); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif; }
header, main, footer { width: 100%; max-width: 29rem; }
header { display: flex; align-items: center; gap: .5rem; color: var(--soft); font-size: .9375rem; font-weight: 600; margin-bottom: .875rem; padding: 0 .25rem; }
header svg { width: 1.375rem; height: 1.375rem; fill: none; stroke: var(--accent); stroke-width: 2.25; stroke-linecap: round; }
main { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: clamp(1.25rem, 5vw, 2rem);
  box-shadow: 0 1px 2px rgb(0 0 0 / .05), 0 10px 30px rgb(0 0 0 / .05); overflow-wrap: anywhere; }
footer { color: var(--soft); font-size: .8125rem; margin-top: 1.25rem; padding: 0 .25rem; }
nav { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: .25rem; }
nav a { color: var(--accent); display: inline-flex; align-items: center; min-height: 2.75rem; font-size: .875rem; }
h1 { font-size: clamp(1.375rem, 5vw, 1.625rem); line-height: 1.25; margin: 0 0 .75rem; letter-spacing: -.01em; text-wrap: balance; }
h1, h2.name, button, .button, .note, footer { hyphens: auto; }
h2.name { font-size: 1.125rem; color: var(--ink); font-weight: 650; margin: 0 0 .5rem; }
section { padding: .25rem 0 1.25rem; }
section + section { border-top: 1px solid var(--line); padding-top: 1.25rem; }
h3 { font-size: .875rem; margin: 1rem 0 .5rem; color: var(--soft); font-weight: 400; }
h2 { font-size: .875rem; margin: 1.25rem 0 .5rem; color: var(--soft); font-weight: 400; }
p { margin: 0 0 .875rem; }
strong { font-weight: 650; }
main > :last-child { margin-bottom: 0; }
dl { margin: 1.25rem 0; border-top: 1px solid var(--line); }
dl > div { padding: .75rem 0; border-bottom: 1px solid var(--line); }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: .125rem 0 0; font-weight: 600; }
dd small { display: block; font-weight: 400; font-size: .875rem; color: var(--soft); }
ul { margin: 0 0 1.5rem; padding: 0; list-style: none; display: flex; flex-wrap: wrap; gap: .5rem; }
li { background: var(--tint); border-radius: .5rem; padding: .25rem .625rem; font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; max-width: 100%; }
li span { font-family: system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; color: var(--soft); margin-left: .25rem; }
.note { font-size: .875rem; color: var(--soft); }
.mark { display: flex; align-items: center; justify-content: center; width: 3rem; height: 3rem; border-radius: 50%; margin-bottom: 1rem; border: 2px solid currentcolor; }
.mark svg { width: 1.5rem; height: 1.5rem; fill: none; stroke: currentcolor; stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
.bad { color: var(--bad); } .calm { color: var(--soft); } .busy { color: var(--accent); border-color: var(--line); }
.pair { display: flex; align-items: center; margin-bottom: 1.25rem; }
.pair span { display: grid; place-items: center; width: 3.25rem; height: 3.25rem; border-radius: 1rem; background: var(--tint); border: 1px solid var(--line); color: var(--accent); font-size: 1.375rem; font-weight: 700; }
.pair i { display: grid; place-items: center; width: 3.25rem; height: 2rem; background: linear-gradient(90deg, var(--line) 50%, transparent 0) center / .5rem 2px repeat-x; }
.joined i { background: linear-gradient(var(--good), var(--good)) center / 100% 2px no-repeat; }
.joined svg { width: 2rem; height: 2rem; padding: .375rem; border-radius: 50%; background: var(--good); fill: none; stroke: var(--card); stroke-width: 3; stroke-linecap: round; stroke-linejoin: round; }
.code { display: block; margin: 1.25rem 0; padding: 1rem .5rem; text-align: center; border-radius: .75rem; background: var(--tint); border: 1px solid var(--line);
  font: 700 clamp(1.5rem, 8.5vw, 2.125rem)/1.2 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; letter-spacing: .06em; user-select: all; overflow-wrap: normal; white-space: nowrap; }
form { margin: 0; display: flex; flex-direction: column; gap: .625rem; }
label { font-weight: 600; } label small { font-weight: 400; color: var(--soft); }
.asked .note { margin: 0; } .asked { display: flex; flex-direction: column; gap: .25rem; margin-bottom: .5rem; }
.typed { display: flex; align-items: center; gap: .375rem; } .typed span { color: var(--soft); }
input, select { flex: 1; min-width: 0; width: 100%; min-height: 2.75rem; padding: .5rem .75rem; border-radius: .625rem; border: 1px solid var(--soft); font: inherit;
  color: var(--ink); background: var(--card); }
[aria-invalid] { border-color: var(--bad); } .wrong { color: var(--bad); margin: 0; font-size: .9375rem; }
button, .button { appearance: none; display: block; width: 100%; min-height: 3rem; padding: .625rem 1rem; border-radius: .625rem; font: inherit; font-weight: 650; text-align: center;
  cursor: pointer; border: 1px solid var(--accent); background: var(--accent); color: var(--on-accent); text-decoration: none; }
button:hover, .button:hover { background: var(--accent-hover); border-color: var(--accent-hover); }
button.quiet, .button.quiet { background: transparent; color: var(--accent); border-color: var(--line); }
button.quiet:hover, .button.quiet:hover { background: var(--tint); }
form + form, .button + form, main > .button { margin-top: .625rem; }
form + .note { margin: 1rem 0 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
.busy svg { animation: turn 1.2s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
@media (forced-colors: active) { .joined svg { border: 2px solid; stroke: currentcolor; } }
@media (prefers-reduced-motion: reduce) { .busy svg { animation: none; } }
`;

export const styleHash = `sha256-${createHash('sha256').update(style).digest('base64')}`;
