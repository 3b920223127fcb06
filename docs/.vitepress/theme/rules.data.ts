import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export interface Rule {
  id: string
  name: string
  topic: number
  topicName: string
  title: string
  severity: string
  enabled: boolean
  scope: string
  fix: string
  fixAll: boolean
  since: string
  page: boolean
}

declare const data: Rule[]
export { data }

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default {
  watch: ['../../rules.json'],
  load(): Rule[] {
    const rules: Rule[] = JSON.parse(readFileSync(file('../../rules.json'), 'utf8'))
    return rules.map(rule => ({ ...rule, page: existsSync(file(`../../rules/${rule.id}.md`)) }))
  },
}
