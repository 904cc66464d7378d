/** A value that is looked up when a request leaves, or one sentence that names it and says why it cannot be had. */
export type FoundSecret = { readonly kind: 'found'; readonly value: string } | Missing;

/** A credential with its values by identifier, bound to the origins that they may be sent to. */
export type FoundCredential =
  | {
      readonly kind: 'found';
      /** The credential's name, also when the integration's only one was taken. */
      readonly name: string;
      readonly values: Readonly<Record<string, string>>;
      /** Identifiers of the values that nobody may see; the others (an account's number, say) may stand in answers. */
      readonly secret: readonly string[];
      /** Such as `https://api.example`. */
      readonly origins: readonly string[];
    }
  | Missing;

/** Nothing is sent. */
export interface Missing {
  readonly kind: 'missing';
  readonly reason: string;
}

/** Where secrets come from: the encrypted store, or a test's table. */
export interface SecretSource {
  /** A secret of the server, read in templates as `@secret.<name>`. */
  secret(name: string): Promise<FoundSecret>;
  /** Without a name it is the integration's only credential. */
  credential(integration: string, name: string | undefined): Promise<FoundCredential>;
}
