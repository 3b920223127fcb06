import DefaultTheme from 'vitepress/theme-without-fonts'
import type { Theme } from 'vitepress'
import RuleTable from './RuleTable.vue'
import './style.css'

export default {
  extends: DefaultTheme,
  enhanceApp({ app }) {
    app.component('RuleTable', RuleTable)
  },
} satisfies Theme
