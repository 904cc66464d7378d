import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect } from 'chai';
import { compileFlow } from '../../src/flow/compile.ts';
import { toMermaid } from '../../src/flow/graph.ts';
import { toSvg } from '../../src/flow/svg.ts';

const text = readFileSync(resolve(import.meta.dirname, '../../flows/order-status.yaml'), 'utf8');
const { drafts } = compileFlow(text, 'order-status.yaml');

describe('a flow as a picture', () => {
  it('Mermaid: a box per block, an arrow per exit with its name', () => {
    const graph = toMermaid('Order status', drafts);
    for (const { id, exits } of drafts) {
      expect(graph).to.contain(`b_${id}`);
      for (const { name, target } of exits) if (target !== undefined) expect(graph).to.contain(name);
    }
    expect(graph).to.match(/^---\ntitle: "Order status"\n---\nflowchart TD\n/);
    expect(graph).to.contain('b_lookup -- "on_timeout" --> b_too_slow');
  });

  it('SVG: every block and exit is in it, texts are escaped, nothing is fetched', () => {
    const flow =
      'flow: x\nblocks:\n  - { id: a, type: message, text: "<b>&@@\\"</b>", next: q }\n  - { id: q, type: question, text: "?", rules: [ { has_text: true, category: "A<B", next: wait } ], otherwise: { next: end } }\n';
    const svg = toSvg('A & B', compileFlow(flow, 'x.yaml').drafts);
    expect(svg).to.contain('&lt;b&gt;&amp;@@&quot;').and.to.contain('A&lt;B').and.to.contain('A &amp; B');
    expect(svg.match(/<rect class="box/g)).to.have.length(4);
    expect(svg.replace('http://www.w3.org/2000/svg', '')).to.not.match(/https?:|<script|href/);
    expect(toSvg('Order status', drafts).match(/<rect class="box/g)).to.have.length(drafts.length);
  });

  it('a flow that calls and jumps shows where to', () => {
    const flow =
      'flow: x\nblocks:\n  - { id: a, type: subflow, flow: survey }\n  - { id: b, type: jump, flow: other }\n';
    const compiled = compileFlow(flow, 'x.yaml');
    expect(toMermaid('x', compiled.drafts)).to.contain('calls').and.to.contain('jump');
    expect(toSvg('x', compiled.drafts)).to.contain('flow survey').and.to.contain('flow other');
  });
});
