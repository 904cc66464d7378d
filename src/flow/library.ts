import type { Flow } from '../domain/flow.ts';
import type { Limits } from '../domain/limits.ts';
import { compileFlow, versionOf } from './compile.ts';
import type { Compiled } from './compile.ts';
import { hasErrors } from './diagnostic.ts';
import type { Diagnostic } from './diagnostic.ts';
import { readSources } from './files.ts';
import type { LiveIntegration } from './integration.ts';
import { chooseIntegrations, keepIntegrations } from './live-integrations.ts';
import { checkProject } from './project.ts';
import type { Project } from './project.ts';
import { Versions } from './versions.ts';
import { watchFiles } from './watch.ts';
import type { Watching } from './watch.ts';

/** Where flow versions are kept, so that sessions outlive the files they started on. */
export interface Archive {
  /** Keeps a version, and notes that it is live today. */
  save(version: string, file: string, text: string): Promise<void>;
  load(version: string): Promise<{ readonly file: string; readonly text: string } | null>;
  /** Notes which version of a file is live, for the next start. */
  noteLive(file: string, version: string): Promise<void>;
  /** The version of a file that was live last, or null. */
  lastLive(file: string): Promise<string | null>;
  /** Notes which files are there: what others were live from is not live any more. */
  noteFiles(present: ReadonlySet<string>): Promise<void>;
}

/** What a load of the folder came to. */
export interface Loaded {
  readonly diagnostics: readonly Diagnostic[];
  /** Ids of flows and integrations whose live version changed. */
  readonly changed: readonly string[];
  /** Files that did not check: their last good version stays live. */
  readonly kept: readonly string[];
}

/** The live flows and custom integrations of a folder. A file that does not check never goes live: the last good version stays. */
export class Library {
  private readonly dir: string;
  private readonly archive: Archive;
  private readonly limits: ReadonlyMap<string, Limits>;
  private live = new Map<string, Flow>();
  private sorted: readonly Flow[] = [];
  private liveVersions = new Map<string, Flow>();
  private liveIntegrations: ReadonlyMap<string, LiveIntegration> = new Map();
  private texts = new Map<string, string>();
  private readonly versions = new Versions();
  private compiled = new Map<string, Compiled>();
  private watcher: Watching | undefined;
  private loading: Promise<unknown> = Promise.resolve();

  /** `limits` of the channels by their names: what is over them is found at each load. */
  constructor(dir: string, archive: Archive, limits: ReadonlyMap<string, Limits> = new Map()) {
    this.dir = dir;
    this.archive = archive;
    this.limits = limits;
  }

  current(id: string): Flow | undefined {
    return this.live.get(id);
  }

  all(): readonly Flow[] {
    return this.sorted;
  }

  /** A live custom integration: unlike flows, it is never pinned to a version. */
  integration(id: string): LiveIntegration | undefined {
    return this.liveIntegrations.get(id);
  }

  /** The live custom integrations in the order of their ids. */
  integrations(): readonly LiveIntegration[] {
    return [...this.liveIntegrations.values()].sort((a, b) => a.id.localeCompare(b.id));
  }

  /** A version from memory, or compiled again from the archive; null when nobody kept it. */
  async version(hash: string): Promise<Flow | null> {
    return (
      this.liveVersions.get(hash) ??
      this.versions.get(hash, async () => {
        const kept = await this.archive.load(hash);
        return kept === null ? null : compileFlow(kept.text, kept.file).flow;
      })
    );
  }

  /** Notes in the archive that the live versions still are, so that nobody drops them there. */
  async keep(): Promise<void> {
    for (const { version, file } of this.sorted) {
      const text = this.texts.get(version) ?? (await this.archive.load(version))?.text;
      if (text !== undefined) await this.archive.save(version, file, text);
    }
    await keepIntegrations(this.liveIntegrations.values(), this.archive);
  }

  /** Reads the folder and makes live what checks. Loads never overlap. */
  load(): Promise<Loaded> {
    const loaded = this.loading.then(() => this.read());
    this.loading = loaded.catch(() => undefined);
    return loaded;
  }

  /** Loads again whenever a file of the folder changes. */
  async watch(loaded: (result: Loaded) => void, failed: (error: unknown) => void): Promise<void> {
    this.watcher = await watchFiles([this.dir], () => void this.load().then(loaded, failed));
  }

  async close(): Promise<void> {
    await this.watcher?.close();
    await this.loading;
  }

  private async read(): Promise<Loaded> {
    const { sources, diagnostics } = await readSources([this.dir]);
    const before = this.compiled;
    this.compiled = new Map();
    const project = checkProject(sources, {
      limits: this.limits,
      compile: (text, file) => this.compileOnce(text, file, before),
    });
    const { flows, kept } = await this.choose(project);
    const texts = new Map(sources.map(({ text }) => [versionOf(text), text]));
    const unopened = diagnostics.map(({ file }) => file);
    await this.archive.noteFiles(new Set([...sources.map(({ file }) => file), ...unopened]));
    for (const flow of flows.values()) await this.note(flow, texts.get(flow.version));
    const changed = [...flows.values()]
      .filter((flow) => this.live.get(flow.id)?.version !== flow.version)
      .map((flow) => flow.id);
    const chosen = await chooseIntegrations(project.integrations, this.liveIntegrations, this.archive);
    this.swap(flows, texts);
    this.liveIntegrations = chosen.integrations;
    return {
      diagnostics: [...diagnostics, ...project.diagnostics],
      changed: [...changed, ...chosen.changed],
      kept: [...kept, ...chosen.kept],
    };
  }

  /** A flow that goes live is in the archive before any session can be on it. */
  private async note(flow: Flow, text: string | undefined): Promise<void> {
    const before = this.live.get(flow.id);
    if (before?.version === flow.version && before.file === flow.file) return;
    if (text !== undefined) await this.archive.save(flow.version, flow.file, text);
    await this.archive.noteLive(flow.file, flow.version);
  }

  private swap(flows: Map<string, Flow>, texts: Map<string, string>): void {
    for (const flow of this.live.values()) if (flows.get(flow.id)?.version !== flow.version) this.versions.add(flow);
    this.live = flows;
    this.liveVersions = new Map([...flows.values()].map((flow) => [flow.version, flow]));
    this.texts = texts;
    this.sorted = [...flows.values()].sort((a, b) => a.id.localeCompare(b.id));
  }

  private compileOnce(text: string, file: string, before: ReadonlyMap<string, Compiled>): Compiled {
    const key = `${file}\n${versionOf(text)}`;
    const compiled = before.get(key) ?? compileFlow(text, file);
    this.compiled.set(key, compiled);
    return compiled;
  }

  private async choose(project: Project): Promise<{ flows: Map<string, Flow>; kept: string[] }> {
    const flows = new Map<string, Flow>();
    const kept: string[] = [];
    for (const file of project.files) {
      const bad = hasErrors(project.diagnostics.filter((d) => d.file === file.file));
      const flow = bad ? await this.lastGood(file.file) : file.flow;
      if (flow === null) continue;
      if (bad) kept.push(file.file);
      if (!flows.has(flow.id)) flows.set(flow.id, flow);
    }
    return { flows, kept };
  }

  /** The version of a file that was live before it got its mistake, in this process or in the one before. */
  private async lastGood(file: string): Promise<Flow | null> {
    const live = [...this.live.values()].find((flow) => flow.file === file);
    if (live !== undefined) return live;
    const version = await this.archive.lastLive(file);
    return version === null ? null : this.version(version);
  }
}
