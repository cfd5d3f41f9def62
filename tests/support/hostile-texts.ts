/**
 * What has run as script somewhere: tags and handlers, ways out of attributes and of titles, URLs, template braces, escapes that a second decoding would
 * undo, letters that fold to ASCII. One line each and at most 80 characters, so that every name takes one.
 */
export const hostileTexts: readonly string[] = [
  '"><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>',
  `' autofocus onfocus=alert(1) x='</title><iframe srcdoc="<script>alert(1)</script>">`.slice(0, 80),
  `javascript:alert(1)//{{constructor.constructor("alert(1)")()}}\${alert(1)}#{alert(1)}`.slice(0, 80),
  '&lt;img src=x onerror=alert(1)&gt;%3Cscript%3E＜script＞<ſcript>\\u003cimg src=x\\u003e',
];

/** Elements that only such a text could have made. Nothing of ours is made of these. */
export const injected = [
  'img[src="x"]',
  'script:not([src])',
  'iframe',
  'object',
  'embed',
  'form[action^="javascript:"]',
  'a[href^="javascript:" i]',
  '[srcdoc]',
  ...['onerror', 'onload', 'onfocus', 'onclick', 'ontoggle', 'onmouseover'].map((handler) => `[${handler}]`),
].join(', ');
