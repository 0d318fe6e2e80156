import { type Family, inert } from '../vector.ts'

/** Characters that a filter and a browser may read differently. */
const characters: Family = {
  name: 'control characters and Unicode',
  vectors: [
    '<div><img\u000csrc=x\u000conerror=RUN></div>',
    '<div><img src=x onerror\u000c=\u000cRUN></div>',
    '<p onclick="\u00a0RUN">x</p>',
    '<p onclick="\u2028RUN">x</p>',
    '<p onclick="//x\u2029RUN">x</p>',
    '<p onclick="\ufeffRUN">x</p>',
    '<p onclick="\u3000RUN\u3000">x</p>',
    '<p onclick="//x&#13;RUN">x</p>',
    '<p onclick="//x&#x2028;RUN">x</p>',
    '\u202e<img src=x onerror=RUN>\u202c',
    '\ufeff<img src=x onerror=RUN>',
    '\u200b<script>RUN</script>',
    '<b title="\u0000" onclick=RUN>x</b>',
    '<b title="\ud800" onclick=RUN>x</b>',
    '<div><b\u0000x onclick=RUN>y</div>',
    '<div><b data-\u00e9=1 onclick=RUN>x</b></div>',
    '<div><b \ud83d\ude00 onclick=RUN>x</b></div>',
    '<a href="&#2;javascript:RUN">x</a>',
    '<a href="java\rscript:RUN">x</a>',
    '<a href="javascript:\u2028RUN">x</a>',
    '<a href="javascript:/*\u202e*/RUN">x</a>',
    '<a href="javascript:RUN//\ud83d\ude00">x</a>',
    '[x\u202e](javascript:RUN)',
    '[\u200b\u2060x](javascript:RUN)',
    '<svg><a xlink:href="&#9;javascript:RUN"><text y=20>\u202ex</text></a></svg>',
    inert('\uff1cscript\uff1eRUN\uff1c/script\uff1e', 'full-width brackets are text'),
    inert('<\u0131mg src=x onerror=RUN>', 'not the letter i'),
    inert('<\u017fcript>RUN</\u017fcript>', 'folds to s only in upper case'),
    inert('<a href="java\u00adscript:RUN">x</a>', 'a soft hyphen is part of the address'),
    inert('<a href="\u00a0javascript:RUN">x</a>', 'only ASCII is trimmed'),
    inert('+ADw-script+AD4-RUN+ADw-/script+AD4-', 'UTF-7 is gone'),
    inert('<im\u0000g src=x onerror=RUN>', 'not an image'),
  ],
}

export const unusual: readonly Family[] = [characters]
