/** One short sheet: readable on paper white and in the dark, on a phone and wide. */
export const style = `
:root{font:16px/1.5 system-ui,sans-serif;color-scheme:light dark}
body{margin:0;display:grid;grid-template-columns:minmax(0,1fr);background:Canvas;color:CanvasText}
nav{padding:1rem;border-bottom:1px solid GrayText;font-size:.875rem}
nav ul{margin:0;padding-left:1rem}
main{padding:1rem;max-width:60rem}
article{border-top:1px solid GrayText;margin-top:2rem}
h3{overflow-wrap:anywhere}
.method{display:inline-block;border:1px solid;border-radius:.25rem;padding:0 .4rem;font-size:.8em}
.who{font-size:.875rem}
table{border-collapse:collapse;width:100%;margin:1rem 0;font-size:.875rem}
caption{text-align:left;font-weight:600}
th,td{text-align:left;vertical-align:top;padding:.25rem .5rem .25rem 0;border-bottom:1px solid GrayText;overflow-wrap:anywhere}
thead th{font-weight:600}
tbody th{font-weight:400}
pre{overflow:auto;padding:.75rem;border:1px solid GrayText;border-radius:.25rem}
a{color:LinkText}
.skip{position:absolute;left:-100rem}
.skip:focus{left:1rem;top:1rem;background:Canvas}
:target{outline:2px solid Highlight;outline-offset:.25rem}
@media (min-width:70rem){body{grid-template-columns:24rem minmax(0,1fr)}nav{border-bottom:0;border-right:1px solid GrayText;height:100vh;overflow:auto;position:sticky;top:0;box-sizing:border-box}}
`;
