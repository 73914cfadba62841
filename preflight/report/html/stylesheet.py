"""The page's whole look: light and dark, screen and paper, wide and narrow. No font, image or rule comes from elsewhere.

What is folded stays off the paper: who wants a query or an endpoint's observations printed unfolds them first.
"""

STYLESHEET = """
:root {
  color-scheme: light dark;
  --ground: #f3f5f8; --sheet: #ffffff; --inset: #f6f8fa; --ink: #1a1f26; --soft: #56606b; --line: #d5dbe2; --link: #0b50b8;
  --mark: #ffffff;
  --good: #0f5f2c; --good-tint: #dff5e5; --good-solid: #1a7f37;
  --bad: #9b0f23; --bad-tint: #ffe5e3; --bad-solid: #cf222e;
  --warn: #6f4700; --warn-tint: #fff1cc; --warn-solid: #966a00;
  --open: #3b3f8f; --open-tint: #e7e9fb; --open-solid: #5b60c4;
  --idle: #525c66; --idle-tint: #eceff2; --idle-solid: #6b757f;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0c1016; --sheet: #151b23; --inset: #0f141b; --ink: #e6ebf1; --soft: #9ea8b3; --line: #2e3640; --link: #86b6ff;
    --mark: #0c1016;
    --good: #86e29b; --good-tint: #11301b; --good-solid: #3fb45f;
    --bad: #ffaaa3; --bad-tint: #471a1e; --bad-solid: #f0675f;
    --warn: #f0cd6d; --warn-tint: #3a2e0b; --warn-solid: #c8971b;
    --open: #bcc3ff; --open-tint: #252a52; --open-solid: #868cf0;
    --idle: #aab3bd; --idle-tint: #232a33; --idle-solid: #7d8894;
  }
}
*, *::before, *::after { box-sizing: border-box; }
html { scroll-behavior: smooth; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
@media (prefers-reduced-motion: reduce) { html { scroll-behavior: auto; } }
body {
  margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif;
}
.sheet { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1, h2, h3, h4 { line-height: 1.3; margin: 0; text-wrap: pretty; }
h1 { font-size: 1rem; font-weight: 600; color: var(--soft); }
h2 { font-size: 1.35rem; margin: 2.75rem 0 1rem; }
h3 { font-size: 1.12rem; }
h4 { font-size: .95rem; margin: 1.35rem 0 .5rem; }
h4 small { font-weight: 400; }
p { margin: .6rem 0; max-width: 80ch; text-wrap: pretty; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, summary:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
code { font-size: .89em; unicode-bidi: isolate; }
ul { margin: .5rem 0; padding-left: 1.2rem; }
li { margin: .15rem 0; }
small, .soft { color: var(--soft); font-size: .875rem; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

.good { --text: var(--good); --tint: var(--good-tint); --solid: var(--good-solid); }
.bad { --text: var(--bad); --tint: var(--bad-tint); --solid: var(--bad-solid); }
.warn { --text: var(--warn); --tint: var(--warn-tint); --solid: var(--warn-solid); }
.open { --text: var(--open); --tint: var(--open-tint); --solid: var(--open-solid); }
.idle { --text: var(--idle); --tint: var(--idle-tint); --solid: var(--idle-solid); }

.verdict {
  margin: .9rem 0 0; padding: 1.25rem 1.5rem; background: var(--tint); color: var(--text);
  border: 1px solid var(--solid); border-left-width: .5rem; border-radius: .75rem;
}
.verdict p { margin: .25rem 0 0; font-size: 1.2rem; line-height: 1.4; max-width: 60ch; text-wrap: pretty; }
.verdict .word { font-size: .95rem; font-weight: 700; letter-spacing: .07em; text-transform: uppercase; margin: 0; }
.bar { display: block; width: 100%; height: .6rem; margin: 1.1rem 0 .6rem; border-radius: .3rem; overflow: hidden; }
.bar rect { fill: var(--solid); }
.tally { display: flex; flex-wrap: wrap; gap: .35rem 1.35rem; list-style: none; padding: 0; margin: 0 0 1.25rem; }
.tally li { display: flex; align-items: center; gap: .45rem; margin: 0; }
.tally li::before { content: ""; width: .7rem; height: .7rem; border-radius: .2rem; background: var(--solid, transparent); }
.tally li:not([class])::before { display: none; }
.tally b { font-variant-numeric: tabular-nums; }

dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .3rem 1.25rem; margin: .8rem 0; }
dt { color: var(--soft); }
dd { margin: 0; }
.card {
  background: var(--sheet); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem 1.5rem; margin: 1rem 0;
}
#reading h3 { margin-top: 1.6rem; }
.card > :first-child, #reading div:first-child h3 { margin-top: 0; }
.card > :last-child { margin-bottom: 0; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 0 1rem; }
.sides h2 { display: flex; justify-content: space-between; align-items: center; }
nav ul { display: flex; flex-wrap: wrap; gap: .3rem 1.25rem; list-style: none; padding: 0; margin: 1rem 0 0; }

.finding { border-top: .3rem solid var(--solid); scroll-margin-top: 1rem; }
.finding header { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: baseline; }
.finding header h3 { flex: 1 1 24rem; }
.chips .chip { background: var(--idle-tint); color: var(--idle); }
td .chip + small, .stack th code + small { display: block; margin-top: .2rem; }
.finding h3 + .wide { margin-top: .9rem; }
.number { color: var(--text); margin-right: .55rem; }
.chips { display: flex; flex-wrap: wrap; gap: .4rem; }
.chip {
  display: inline-block; padding: .1rem .6rem; border-radius: 1rem; background: var(--tint, var(--idle-tint));
  color: var(--text, var(--idle)); font-size: .82rem; font-weight: 600; white-space: nowrap;
}
.ask { background: var(--inset); border-left: .25rem solid var(--link); border-radius: .35rem; padding: .7rem 1rem; margin: 1rem 0; }
.ask p { margin: 0; }
.ask b { display: block; font-size: .82rem; letter-spacing: .04em; text-transform: uppercase; color: var(--soft); }

.wide { position: relative; overflow-x: auto; border: 1px solid var(--line); border-radius: .5rem; background: var(--sheet); }
.wide + .wide { margin-top: .8rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); font-size: .875rem; padding: .6rem .75rem; }
th, td {
  text-align: left; vertical-align: top; padding: .45rem .75rem; border-top: 1px solid var(--line); font-weight: 400;
  overflow-wrap: break-word;
}
tbody th code { overflow-wrap: anywhere; }
.stack th:has(code) { min-width: min(17rem, 60vw); }
thead th { font-size: .8rem; font-weight: 600; color: var(--soft); border-top: 0; white-space: nowrap; vertical-align: bottom; }
caption + thead th { border-top: 1px solid var(--line); }
.matrix th[scope=rowgroup] { background: var(--inset); color: var(--soft); font-weight: 600; font-size: .82rem; padding: .3rem .75rem; }
.matrix .verdict-cell { white-space: nowrap; color: var(--text); font-weight: 600; }
.matrix .endpoint small { display: block; overflow-wrap: anywhere; }
.endpoint a, dd a { color: inherit; text-decoration-color: var(--line); }
.endpoint a:hover, dd a:hover { text-decoration-color: currentColor; }
.matrix .stage { text-align: center; padding: .45rem .3rem; width: 3.6rem; }
.matrix tbody td { vertical-align: middle; }
.matrix td.stage { background: var(--tint, transparent); color: var(--text, var(--soft)); border-left: 2px solid var(--sheet); }
.matrix td.stage.stopped { background: var(--solid); color: var(--mark); font-weight: 700; }
.matrix td.see { white-space: nowrap; }
.matrix th.place { width: 5.5rem; white-space: normal; }
.matrix th.place .word { display: block; font-weight: 400; overflow-wrap: anywhere; }
.matrix td.stage small { display: block; color: inherit; font-weight: 400; }

pre {
  margin: .5rem 0; padding: .85rem 1rem; background: var(--inset); border: 1px solid var(--line); border-radius: .5rem;
  font-size: .84rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; tab-size: 2;
}
pre.copy { -webkit-user-select: all; user-select: all; cursor: copy; }
details { margin: .6rem 0; }
summary { cursor: pointer; color: var(--link); }
.evidence > details { border-top: 1px solid var(--line); margin: 0; padding: .55rem 0; }
.evidence > details:first-of-type { border-top: 0; }
.evidence details > div { scroll-margin-top: 4rem; }
.evidence summary { color: var(--ink); }
.evidence .chip { margin-right: .5rem; }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); }

@media screen and (max-width: 46rem) {
  .sheet { padding: 1rem .8rem 2rem; }
  .card, .verdict { padding: 1rem; }
  .verdict p { font-size: 1.08rem; }
  dl { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dd { margin-bottom: .55rem; }
  h2 { margin-top: 2rem; }
  .matrix th, .matrix td { padding: .4rem .35rem; font-size: .8rem; }
  .matrix .stage { width: 2rem; padding: .4rem .05rem; font-size: .68rem; }
  .matrix .see { padding-left: .2rem; padding-right: .3rem; }
  .matrix code { font-size: .95em; letter-spacing: -.02em; }
  .matrix .endpoint small { font-size: .74rem; }
  .matrix th.place { width: 2rem; }
  .matrix .word, .matrix .at { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack, .stack tbody, .stack tr, .stack th, .stack td { display: block; border: 0; padding: 0; }
  .stack thead { display: none; }
  .stack tr { padding: .55rem .75rem; border-top: 1px solid var(--line); }
  .stack tbody tr:first-child { border-top: 0; }
  .stack td:empty { display: none; }
  .stack td::before, .stack th::before { content: attr(data-label) ": "; color: var(--soft); }
}

@media print {
  @page { margin: 14mm; }
  :root {
    color-scheme: light;
    --ground: #ffffff; --sheet: #ffffff; --inset: #f6f8fa; --ink: #000000; --soft: #444c55; --line: #b9c0c8; --link: #0b3d91;
    --mark: #ffffff;
    --good: #0f5f2c; --good-tint: #dff5e5; --good-solid: #1a7f37;
    --bad: #9b0f23; --bad-tint: #ffe5e3; --bad-solid: #cf222e;
    --warn: #6f4700; --warn-tint: #fff1cc; --warn-solid: #966a00;
    --open: #3b3f8f; --open-tint: #e7e9fb; --open-solid: #5b60c4;
    --idle: #525c66; --idle-tint: #eceff2; --idle-solid: #6b757f;
  }
  html { font-size: 10pt; }
  body, .verdict, .chip, .matrix td, .bar, .tally li::before { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  .sheet { max-width: none; padding: 0; }
  nav, .hand { display: none; }
  .card { padding: .8rem 1rem; }
  a { color: inherit; text-decoration: none; }
  h2, h3, h4, summary, caption, thead { break-after: avoid; }
  tr, .verdict, .ask, dl > *, li { break-inside: avoid; }
  .wide { overflow: visible; }
  details:not([open]), #evidence:not(:has(details[open])) { display: none; }
}
""".strip()
"""Colours are pairs that keep a contrast of 4.5 to 1 or more (WCAG 2.2, 1.4.3), in both schemes."""
