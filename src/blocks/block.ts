import type { ZodType, z } from 'zod';
import type { FlowBlock } from '../domain/flow.ts';
import type { Json, JsonObject } from '../domain/json.ts';
import type { Outcome, Scope } from '../domain/turn.ts';
import type { CallRequest } from '../domain/call.ts';
import type { Verdict } from '../operators/operator.ts';

/**
 * A block type as its file states it. One file here, one export line in `all.ts`, one case file in
 * `test/blocks/cases`. The export's name is the name flow authors write after `type:`.
 */
export interface BlockDefinition<P> {
  /** One sentence for the reference and the editors' hover text. */
  readonly summary: string;
  /** The keys it has besides `id`, `type`, `note`, `next` and `save_as`. */
  readonly schema: ZodType<P>;
  /** YAML that the reference shows and the tests run. */
  readonly example: string;
  /** Names of the variables it may set; its own id for most. */
  readonly sets: (params: P, id: string) => readonly string[];
  /** Compiles one block of a flow. Runs once per load; what it returns runs for every message. */
  compile(params: P, kit: Kit): Behaviour;
}

/** What a compiled block does. */
export type Behaviour = Pick<FlowBlock, 'enter' | 'resume' | 'returned'>;

/** A block type as the registry holds it: whatever its keys are, it is checked and compiled the same way. */
export interface BlockType {
  readonly summary: string;
  readonly schema: ZodType;
  readonly example: string;
  /** Checks the keys an author wrote. */
  read(written: JsonObject): { readonly issues: readonly z.core.$ZodIssue[] } | ReadBlock;
}

/** A block whose keys are right, ready to be compiled. */
export interface ReadBlock {
  sets(id: string): readonly string[];
  compile(kit: Kit): Behaviour;
}

/** Makes a registry entry of a definition. */
export function defineBlock<P>(definition: BlockDefinition<P>): BlockType {
  const { summary, schema, example } = definition;
  return {
    summary,
    schema,
    example,
    read(written) {
      const parsed = schema.safeParse(written);
      if (!parsed.success) return { issues: parsed.error.issues };
      return { sets: (id) => definition.sets(parsed.data, id), compile: (kit) => definition.compile(parsed.data, kit) };
    },
  };
}

/** Where a value stands in the block's YAML, for messages to flow authors. */
export type Path = readonly (string | number)[];

/** A compiled text: what the contact reads. */
export type Text = (scope: Scope) => string;
/** A compiled value: keeps its type when the template is one single reference. */
export type Value = (scope: Scope) => Json | undefined;

/** What an author hears when an exit that matters is not wired. */
export interface MissingExit {
  readonly text: string;
  /** True when the flow's `on_error` takes what this exit leaves over. */
  readonly unlessOnError?: true;
}

/** Compiles the pieces of a block. Mistakes become diagnostics at the path; compiling always goes on. */
export interface Kit {
  readonly id: string;
  /** Where the block goes when it says nothing else: its `next`, or the block below, or the end. */
  readonly next: Outcome;
  text(template: string, path: Path): Text;
  /** Any JSON with templates in its strings. */
  value(value: Json, path: Path): Value;
  expression(source: string, path: Path): Value;
  /** Declares an exit of the block and answers the way there; undefined when the author gave none. */
  exit(name: string, target: string | undefined, path: Path, missing?: MissingExit): Outcome | undefined;
  /** Declares that the block can go on to `next`; false declares that it never does. */
  fallsThrough(yes: boolean): void;
  /** Declares that control leaves for another flow. */
  jump(flow: string, block: string | undefined, path: Path): Outcome;
  /** Declares that another flow is called and comes back. */
  calls(flow: string, path: Path): void;
  /** Declares that another flow is started beside this one, for some contact. */
  starts(flow: string, path: Path): void;
  /** Declares that an event is raised. */
  emits(event: string, path: Path): void;
  /** The blocks of the flow in file order, for blocks that look at the results of others. */
  readonly blocks: readonly { readonly id: string; readonly type: string }[];
  /** Compiles a rule's or case's operator: `{has_any_word: [yes]}` and the like, nested `all`, `any`, `none`, `not`. */
  test(rule: JsonObject, path: Path): CompiledTest;
  request(source: RequestSource, path: Path): (scope: Scope) => CallRequest | BadRequest;
  /** Declares that the block calls an action of a custom integration. */
  usesAction(use: ActionUse): void;
  /** A path into JSON (`a.b[0].c`) or `@(expression)`, read from a response. */
  extract(source: string, path: Path): (response: Json | undefined, scope: Scope) => Json | undefined;
  /** Reports a mistake of the author at a path of the block. */
  problem(code: string, text: string, path: Path, hint?: string): void;
}

/** A rule ready to run. `name` is how traces call it. */
export interface CompiledTest {
  readonly name: string;
  run(value: Json | undefined, scope: Scope): Verdict;
}

/** The request part of a call block as the author wrote it. */
export interface RequestSource {
  readonly type: CallRequest['type'];
  readonly method: string;
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, Json>>;
  readonly body?: Json;
  readonly contentType?: string;
  readonly auth?: { readonly username: string; readonly password: string };
  /** Seconds. */
  readonly timeout: number;
  /** Computes the body when the author wrote none. */
  readonly defaultBody?: (scope: Scope) => Json;
}

/** A call of a custom integration's action as the author wrote it. */
export interface ActionUse {
  readonly integration: string;
  readonly action: string;
  readonly credential?: string;
  readonly inputs: JsonObject;
}

/** A request that cannot be made with the values at hand; becomes the failure exit. */
export interface BadRequest {
  readonly problem: string;
}
