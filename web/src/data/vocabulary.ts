import type { Results } from './results';

/** Texts of tokens: all of them where the run has its vocabulary, else those that its summary shows. */
export class Vocabulary {
  private constructor(
    readonly complete: boolean,
    private readonly find: (token: number) => string | undefined,
    readonly size: number,
  ) {}

  static async load(results: Results): Promise<Vocabulary> {
    const file = await results.openWhereThere('vocabulary.safetensors');
    if (!file) {
      return Vocabulary.ofSummary(results);
    }
    const bytes = (await file.read('bytes')) as Uint8Array;
    const starts = await file.read('starts');
    const decoder = new TextDecoder();
    const texts = new Map<number, string>();
    return new Vocabulary(
      true,
      (token) => {
        if (token < 0 || token + 1 >= starts.length) {
          return undefined;
        }
        let text = texts.get(token);
        if (text === undefined) {
          text = decoder.decode(bytes.subarray(starts[token], starts[token + 1]));
          texts.set(token, text);
        }
        return text;
      },
      starts.length - 1,
    );
  }

  text(token: number): string | undefined {
    return this.find(token);
  }

  /** The tokens whose text has `wanted` in it, or the one that `#12` names. */
  search(wanted: string): { tokens: Uint8Array; found: number } {
    const tokens = new Uint8Array(this.size);
    const id = /^#(\d+)$/.exec(wanted)?.[1];
    const folded = wanted.toLowerCase();
    let found = 0;
    for (let token = 0; token < this.size; token++) {
      if (id !== undefined ? token === Number(id) : (this.find(token)?.toLowerCase().includes(folded) ?? false)) {
        tokens[token] = 1;
        found++;
      }
    }
    return { tokens, found };
  }

  private static ofSummary(results: Results): Vocabulary {
    const texts = new Map<number, string>();
    let last = -1;
    for (const autoencoder of results.summary?.autoencoders ?? []) {
      for (const { scalars } of autoencoder.strongestLatents) {
        for (const { context } of scalars.flatMap((scalar) => [...scalar.top, ...scalar.bottom])) {
          context?.tokens.forEach((token, i) => {
            const text = context.texts?.[i];
            if (text !== undefined) {
              texts.set(token, text);
              last = Math.max(last, token);
            }
          });
        }
      }
    }
    return new Vocabulary(false, (token) => texts.get(token), last + 1);
  }
}

const replacements: [RegExp, (character: string) => string][] = [
  [/\n/g, () => '⏎'],
  [/\t/g, () => '⇥'],
  [/[\u0000-\u001f]/g, (character) => String.fromCharCode(0x2400 + character.charCodeAt(0))],
  // Invisible characters, and those that would turn the direction of the text around them.
  [
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (character) => `‹${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}›`,
  ],
];

/** A token's text with what can't be seen made visible. It is shown as text alone, never as markup. */
export function visible(text: string): string {
  return replacements.reduce((shown, [pattern, replace]) => shown.replace(pattern, replace), text);
}
