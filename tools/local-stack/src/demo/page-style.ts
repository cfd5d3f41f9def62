/** The look of the demo provider: a company of its own, not to be taken for Grantkeeper. */
export const style = `
:root{color-scheme:light dark;--ground:#f2f0ec;--card:#fff;--ink:#221f1a;--soft:#635c51;--line:#dcd6cc;--field:#8a8275;--accent:#0b6157;--on-accent:#fff;--accent-hover:#084a43;--bad:#8f1d18;--bad-ground:#fcebea}
@media (prefers-color-scheme:dark){:root{--ground:#161412;--card:#211e1b;--ink:#f3efe9;--soft:#b9b0a4;--line:#3d3832;--field:#8d8477;--accent:#7fd3c6;--on-accent:#0c1f1c;--accent-hover:#a5e2d9;--bad:#ffb3ad;--bad-ground:#3b2220}}
*{box-sizing:border-box}
body{margin:0;min-height:100vh;padding:clamp(1rem,6vh,4rem) 1rem 2rem;display:flex;flex-direction:column;align-items:center;font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;color:var(--ink);background:var(--ground)}
header,main{width:100%;max-width:26rem}
header{display:flex;align-items:center;gap:.5rem;margin-bottom:.875rem;padding:0 .25rem;font-size:.9375rem;font-weight:600;color:var(--soft)}
header svg{width:1.5rem;height:1.5rem;fill:var(--accent)}
main{padding:clamp(1.25rem,5vw,2rem);background:var(--card);border:1px solid var(--line);border-radius:.5rem;overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .75rem;text-wrap:balance}
p{margin:0 0 1rem}
ul{margin:0 0 1.5rem;padding:0;list-style:none;border-top:1px solid var(--line)}
li{padding:.625rem 0;border-bottom:1px solid var(--line)}
label{display:block;margin:0 0 .25rem;font-weight:600}
input{display:block;width:100%;min-height:3rem;margin-bottom:1rem;padding:.6rem .75rem;font:inherit;color:inherit;background:var(--card);border:1px solid var(--field);border-radius:.375rem}
button{display:block;width:100%;min-height:3rem;margin-top:.625rem;padding:.6rem 1rem;font:inherit;font-weight:600;border:1px solid var(--line);border-radius:.375rem;background:transparent;color:var(--accent);cursor:pointer}
button.main{background:var(--accent);border-color:var(--accent);color:var(--on-accent)}
button.main:hover{background:var(--accent-hover)}
button.plain{border-color:transparent;text-decoration:underline;text-underline-offset:.2em;font-weight:400}
:focus-visible{outline:3px solid var(--accent);outline-offset:3px}
.alert{padding:.75rem 1rem;border-left:4px solid var(--bad);background:var(--bad-ground);color:var(--bad)}
.quiet{margin:1.25rem 0 0;color:var(--soft);font-size:.875rem}
`;
