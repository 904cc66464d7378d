/** A file's name as messages show it, and its text. */
export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

/** True for a file that holds a custom integration: by the folder it is in, or by what it begins with. */
export function isIntegrationFile({ file, text }: SourceFile): boolean {
  if (/^flow[ \t]*:/m.test(text)) return false;
  return /(^|[\\/])integrations[\\/]/.test(file) || /^integration[ \t]*:/m.test(text);
}
