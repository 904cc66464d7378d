import type { CompiledTest, Kit, MissingExit, Path, RequestSource } from '../blocks/block.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outcome } from '../domain/turn.ts';
import type { Code } from './codes.ts';
import { CODES } from './codes.ts';
import type { Findings } from './diagnostic.ts';
import { parseTarget } from './draft.ts';
import type { Draft } from './draft.ts';
import { compileExpression } from './language/expression.ts';
import type { LanguageContext } from './language/expression.ts';
import type { KnownNames } from './language/names.ts';
import { compileText, compileValue } from './language/template.ts';
import { compileExtract } from './extract.ts';
import type { YamlFile } from './read.ts';
import { checkRequestSecrets } from './request-secrets.ts';
import { compileRequest } from './request.ts';
import { compileTest } from './rules.ts';

/** What a kit needs to know of the flow around its block. */
export interface KitContext {
  readonly file: Pick<YamlFile, 'locate' | 'locateIn' | 'locateKey'>;
  readonly findings: Findings;
  readonly known: KnownNames;
  readonly next: Outcome;
  readonly blocks: Kit['blocks'];
}

/** The compilers of one block, writing what they learn into its draft. */
export function createKit(draft: Draft, on: KitContext): Kit {
  const language = (path: Path): LanguageContext => languageAt(draft, path, on);
  return {
    id: draft.id,
    next: on.next,
    text: (template, path) => {
      draft.texts.push({ template, path });
      return compileText(template, language(path));
    },
    value: (value: Json, path) => compileValue(value, (inner) => language([...path, ...inner])),
    expression: (source, path) => compileExpression(source, language(path)),
    exit: (name, target, path, missing) => declareExit(draft, { name, target, path, missing }),
    fallsThrough: (yes) => {
      if (!yes) draft.next = null;
    },
    jump: (flow, block, path) => declareJump(draft, flow, block, path),
    calls: (flow, path) => void draft.jumps.push({ flow, path: [...draft.path, ...path], returns: true }),
    starts: (flow, path) =>
      void draft.jumps.push({ flow, path: [...draft.path, ...path], returns: true, beside: true }),
    emits: (event, path) => void draft.emits.push({ event, path: [...draft.path, ...path] }),
    blocks: on.blocks,
    test: (rule: JsonObject, path): CompiledTest => compileTest(rule, path, { language, problem: reporter(draft, on) }),
    request: (source: RequestSource, path) => {
      const problem = reporter(draft, on);
      checkRequestSecrets(source, (code, text, at, hint) => problem(code, text, [...path, ...at], hint));
      return compileRequest(source, path, language);
    },
    usesAction: (use) => void draft.actions.push({ ...use, path: draft.path }),
    extract: (source, path) => compileExtract(source, language(path)),
    problem: reporter(draft, on),
  };
}

function languageAt(draft: Draft, path: Path, on: KitContext): LanguageContext {
  const full = [...draft.path, ...path];
  return {
    known: on.known,
    problem: (p) => on.findings.add(p.code, on.file.locateIn(full, p.offset), p.text, p.hint),
    used: (variable, offset) => draft.reads.push({ variable, path: full, offset }),
  };
}

interface Declared {
  readonly name: string;
  readonly target: string | undefined;
  readonly path: Path;
  readonly missing: MissingExit | undefined;
}

function declareExit(draft: Draft, { name, target, path, missing }: Declared): Outcome | undefined {
  const full = [...draft.path, ...path];
  if (target === undefined) {
    draft.exits.push({ name, path: full, ...(missing === undefined ? {} : { missing }) });
    return undefined;
  }
  const to = parseTarget(target);
  draft.exits.push({ name, target: to, path: full });
  return { kind: 'go', to };
}

function declareJump(draft: Draft, flow: string, block: string | undefined, path: Path): Outcome {
  const target = block === undefined ? {} : { block };
  draft.jumps.push({ flow, ...target, path: [...draft.path, ...path] });
  return { kind: 'jump', flow, ...target };
}

function reporter(draft: Draft, on: KitContext): Kit['problem'] {
  return (code, text, path, hint) => reportProblem(on, code, text, [...draft.path, ...path], hint);
}

/** Reports what a compiler of blocks and rules found at a path of the file; a misspelt operator is shown at its key. */
export function reportProblem(
  { file, findings }: Pick<KitContext, 'file' | 'findings'>,
  code: string,
  text: string,
  path: Path,
  hint?: string,
): void {
  const known: Code = Object.hasOwn(CODES, code) ? (code as Code) : 'bad-value';
  findings.add(known, known === 'unknown-operator' ? file.locateKey(path) : file.locate(path), text, hint);
}
