/** Why a lane was told to stop. One object for all: what an abort makes otherwise costs more than a turn. */
const STOPPED = new Error('the lane was told to stop');

/** Says stop to a lane. Its signal is made when something first listens: only calls do. */
export class Stop {
  private said = false;
  private controller: AbortController | undefined;

  /** True once stop was said. */
  get stopped(): boolean {
    return this.said;
  }

  get signal(): AbortSignal {
    this.controller ??= new AbortController();
    if (this.said) this.controller.abort(STOPPED);
    return this.controller.signal;
  }

  stop(): void {
    this.said = true;
    this.controller?.abort(STOPPED);
  }
}
