import type { ShikiTransformer } from 'shiki'

/**
 * The pages are run as tests, so their code marks each finding: [|here|] or {|BW0601:here|}. Readers see the marked text
 * underlined instead. The marks come out before the code is coloured, which keeps the colours right.
 */
export function findingMarks(): ShikiTransformer {
  return {
    name: 'breakwater:finding-marks',
    preprocess(code, options) {
      const decorations: { start: number, end: number }[] = []
      const open: number[] = []
      let plain = ''
      for (let at = 0; at < code.length;) {
        const opening = /^(?:\[\||\{\|[A-Za-z0-9#]+:)/.exec(code.slice(at, at + 16))
        if (opening) {
          open.push(plain.length)
          at += opening[0].length
        } else if (open.length > 0 && (code.startsWith('|]', at) || code.startsWith('|}', at))) {
          decorations.push({ start: open.pop()!, end: plain.length })
          at += 2
        } else {
          plain += code[at++]
        }
      }

      // A mark that is never closed is code, not a mark.
      if (open.length > 0)
        return code
      options.decorations = [
        ...options.decorations ?? [],
        ...decorations.map(mark => ({ ...mark, properties: { class: 'finding' }, alwaysWrap: true })),
      ]
      return plain
    },
  }
}
