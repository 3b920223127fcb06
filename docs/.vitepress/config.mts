import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'
import { findingMarks } from './marks'

interface Rule { id: string, name: string, topicName: string }

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const rules: Rule[] = JSON.parse(readFileSync(here('../rules.json'), 'utf8'))

/** The pages of a folder by their headings, so that a new page needs no entry here; `first` come first, in this order. */
function pages(folder: string, first: string[] = []) {
  if (!existsSync(here(`../${folder}`)))
    return []
  const rank = (name: string) => (first.indexOf(name) + 1) || first.length + 1
  return readdirSync(here(`../${folder}`))
    .filter(file => file.endsWith('.md') && !['index.md', 'rules.md'].includes(file))
    .map(file => file.slice(0, -'.md'.length))
    .sort((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map(name => ({ name, text: heading(`../${folder}/${name}.md`) ?? name, link: `/${folder}/${name}` }))
}

function heading(file: string) {
  return /^# (.+)$/m.exec(readFileSync(here(file), 'utf8'))?.[1]
}

// Only rules that have a page: a link to a missing one would be dead.
const written = new Set(pages('rules').map(page => page.name))
const ruleGroups = [...new Set(rules.map(rule => rule.topicName))].map(topic => ({
  text: topic,
  collapsed: true,
  items: rules
    .filter(rule => rule.topicName === topic && written.has(rule.id))
    .map(rule => ({ text: `${rule.id} ${rule.name}`, link: `/rules/${rule.id}` })),
})).filter(group => group.items.length > 0)

export default defineConfig({
  title: 'Breakwater',
  description: 'Roslyn analyzers for the mistakes that break a backend in production',
  cleanUrls: true,
  srcExclude: ['node_modules/**'],
  head: [['link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }]],
  markdown: { codeTransformers: [findingMarks()], languageAlias: { editorconfig: 'ini' } },
  themeConfig: {
    logo: '/icon.svg',
    outline: 'deep',
    search: { provider: 'local' },
    nav: [
      { text: 'Install', link: '/guide/install' },
      { text: 'Rules', link: '/guide/rules' },
      { text: 'By topic', link: '/' },
    ],
    sidebar: [
      { text: 'Guide', items: pages('guide', ['install', 'configure', 'ci']) },
      { text: 'Topics', collapsed: true, items: pages('topics') },
      { text: 'All rules', link: '/guide/rules' },
      ...ruleGroups,
    ],
  },
})
