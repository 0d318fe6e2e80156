import { base64, decimal, type Family, hexadecimal, inert, references } from '../vector.ts'

const scripts: Family = {
  name: 'script elements',
  vectors: [
    '<script>RUN</script>',
    '<SCRIPT>RUN</SCRIPT>',
    '<ScRiPt>RUN</sCrIpT>',
    '<script\n>RUN</script\n>',
    '<div><script/x>RUN</script/y></div>',
    'A word <script>RUN</script> in a paragraph',
    '<script>\n\nRUN\n\n</script>',
    '<script src="EVIL.js"></script>',
    '<script async defer src=EVIL.js></script>',
    '<script type="module">RUN</script>',
    '<script type="module" src="EVIL.js"></script>',
    '<script type="module">import("EVIL.js")</script>',
    '<script type="text/ecmascript">RUN</script>',
    '<script language="javascript1.5">RUN</script>',
    '<script type="importmap">{"imports":{"docsfy":"EVIL.js"}}</script><script type="module">import "docsfy"</script>',
    (run) => `<script src="data:text/javascript,${run}"></script>`,
    (run) => `<script src="data:text/javascript;base64,${base64(run)}"></script>`,
    '<script>/*<script>*/RUN</script>',
    '<script><!--\nRUN\n--></script>',
    '<script>"use strict";setTimeout(()=>RUN)</script>',
    '<script>document.write("<img src=x onerror=RUN>")</script>',
    '<div><div><script>RUN</script>',
    inert('<scr<script>ipt>RUN</scr</script>ipt>', 'bites where a filter removes "<script>" once'),
    inert('<script type="text/vbscript">MsgBox 1</script>', 'VBScript is gone'),
  ],
}

/** Handlers that need nobody to do anything. */
const handlers: Family = {
  name: 'event handlers, by themselves',
  vectors: [
    '<img src=x onerror=RUN>',
    '<img src="assets/icon.svg" onload="RUN">',
    '<img srcset="x 1x" onerror="RUN">',
    '<image src=x onerror=RUN>',
    '<picture><source srcset=x><img onerror=RUN></picture>',
    '<svg onload=RUN>',
    '<iframe onload=RUN></iframe>',
    '<object data="x" onerror="RUN"></object>',
    '<embed src="assets/icon.svg" onload="RUN">',
    '<video src=x onerror=RUN></video>',
    '<video><source src=x onerror=RUN></video>',
    '<video src=x onloadstart=RUN></video>',
    '<audio src=x onerror=RUN></audio>',
    '<audio><source src=x onerror=RUN></audio>',
    '<input type=image src=x onerror=RUN>',
    '<input autofocus onfocus=RUN>',
    '<p tabindex=1 autofocus onfocus=RUN>x</p>',
    '<details open ontoggle=RUN><summary>x</summary></details>',
    '<style onload=RUN></style>',
    '<link rel=stylesheet href="assets/style.css" onload=RUN>',
    '<link rel=stylesheet href="gone.css" onerror=RUN>',
    '<script src="gone.js" onerror="RUN"></script>',
    '<style>@keyframes k{}</style><b style="animation:k 1ms" onanimationstart=RUN>x</b>',
    '<style>@keyframes k{}</style><b style="animation:k 1ms" onanimationend=RUN>x</b>',
    '<style>@starting-style{#t17{opacity:0}}#t17{transition:opacity 1ms}</style><b id=t17 ontransitionend=RUN>x</b>',
    '<div style="content-visibility:auto" oncontentvisibilityautostatechange=RUN>x</div>',
    inert('<body onload=RUN>', 'the page has a body already'),
    inert('<table onload=RUN><tr><td>x</table>', 'tables have no such event'),
    inert('<marquee onstart=RUN>x</marquee>', 'other browsers only'),
  ],
}

/** Events that come when somebody does something. Every tag here is one that pages may use. */
const interactive: Family = {
  name: 'event handlers, by the reader',
  vectors: [
    ...'click dblclick auxclick contextmenu mousedown mouseenter mousemove mouseover mouseout wheel'.split(' '),
    ...'pointerdown pointerenter pointermove keydown keypress keyup beforeinput input copy cut paste'.split(' '),
    ...'dragstart dragenter drop scroll select selectstart'.split(' '),
  ]
    .map((event) => `<kbd on${event}=RUN>x</kbd>`)
    .concat([
      '<p contenteditable onfocus=RUN>x</p>',
      '<a href="b.md" onfocus=RUN>x</a>',
      '<a href="b.md" onblur="RUN">x</a>',
      '<details ontoggle=RUN><summary>x</summary></details>',
      '<button onclick=RUN>x</button>',
      '<label onclick=RUN>x<input></label>',
      '<form onsubmit=RUN><button>x</button></form>',
      '<form onreset=RUN><button type=reset>x</button></form>',
      '<form><input required oninvalid=RUN></form>',
      '<select onchange=RUN><option>x</select>',
      '<div popover onbeforetoggle=RUN id=p17>x</div><button popovertarget=p17>x</button>',
      '<dialog id=d17 oncommand=RUN>x</dialog><button commandfor=d17 command=show-modal>x</button>',
    ]),
}

/** One handler in the ways that HTML lets an author spell it. */
const spellings: Family = {
  name: 'spellings of a handler',
  vectors: [
    '<P ONCLICK=RUN>x</P>',
    '<p OnClIcK=RUN>x</p>',
    '<div>\n<kbd\nonclick\n=\nRUN>x</kbd></div>',
    '<kbd\tonclick\t=\t"RUN">x</kbd>',
    "<kbd onclick='RUN'>x</kbd>",
    '<div><kbd/onclick=RUN>x</kbd></div>',
    '<div><kbd///onclick=RUN///>x</kbd></div>',
    '<div><kbd/x=">"/onclick=RUN>x</kbd></div>',
    '<div><b title="x"onclick=RUN>x</b></div>',
    "<div><b title='\"'onclick=RUN>x</b></div>",
    '<div><b title=x`y`onclick=1 onclick=RUN>x</b></div>',
    '<div><b "onclick=1 onclick=RUN>x</b></div>',
    '<div><b =onclick onclick=RUN>x</b></div>',
    '<div><b onclick=RUN//>x</b></div>',
    '<div><b onclick="RUN<1">x</b></div>',
    '<div><b\fonclick\f=\fRUN\f>x</b></div>',
    '<div><b onclick=RUN onclick=2>x</b></div>',
    '<div><b title="<!--" onclick=RUN>x</b>--></div>',
    (run) => `<p onclick="${decimal(run)}">x</p>`,
    (run) => `<p onclick="${hexadecimal(run)}">x</p>`,
    (run) => `<p onclick="${references(run, (code) => `&#0000${code}`)}">x</p>`,
    (run) => `<p onclick="${run.replace('(', '&lpar;').replace(')', '&rpar;')}">x</p>`,
    (run) => `<p onclick="${run.replace('h', '\\u0068')}">x</p>`,
    (run) => `<p onclick="window['${run.replace('(', "'](")}">x</p>`,
    (run) => `<p onclick="eval('${references(run, (code) => `\\x${code.toString(16)}`)}')">x</p>`,
    (run) => `<p onclick="Function(atob('${base64(run)}'))()">x</p>`,
    (run) => `<p onclick="${run.replace('(', '`').replace(')', '`')}">x</p>`,
    (run) => `<p onclick="/**/;void ${run};//">x</p>`,
    (run) => `<p onclick="javascript:${run}">x</p>`,
    (run) => `<p onclick="self.onerror=()=>${run};throw 1">x</p>`,
  ],
}

/** Elements and attributes that filters written some years ago do not know. */
const recent: Family = {
  name: 'recent additions to HTML',
  vectors: [
    '<div><template shadowrootmode=open><img src=x onerror=RUN></template></div>',
    '<div><template shadowrootmode=closed><script>RUN</script></template></div>',
    '<div><template shadowrootmode=open><style>@import "EVIL.css"</style></template></div>',
    '<div><template shadowrootmode=open><slot onslotchange=RUN></slot></template>x</div>',
    '<link rel="expect" blocking="render" href="#x"><img src=x onerror=RUN>',
    '<search><button onclick=RUN>x</button></search>',
    '<details name=g open ontoggle=RUN>x</details>',
    '<x-docs onclick=RUN>x</x-docs>',
    '<p is="x-docs" onclick=RUN>x</p>',
    '<p inert onmouseover=RUN>x</p>',
    '<slot onclick=RUN>x</slot>',
    '<img src=x loading=eager fetchpriority=high decoding=sync onerror=RUN>',
    '<div style="scroll-snap-type:y mandatory;overflow:auto;height:9px" onscrollsnapchange=RUN><p style="height:99px;scroll-snap-align:start">x</div>',
    inert(
      '<script type="speculationrules">{"prefetch":[{"source":"list","urls":["EVIL"]}]}</script>',
      'over https only',
    ),
  ],
}

export const scripting: readonly Family[] = [scripts, handlers, interactive, spellings, recent]
