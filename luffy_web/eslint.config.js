import pluginVue from 'eslint-plugin-vue'
import pluginA11y from 'eslint-plugin-vuejs-accessibility'
import { defineConfig } from 'eslint/config'
import globals from 'globals'
import tseslint from 'typescript-eslint'

/** From top to bottom: a layer imports only from the layers below it. */
const LAYERS = ['router', 'pages', 'components', 'composables', 'stores', 'api']

/** Code without a layer: the video player, plain functions, and names for the generated types. */
const INDEPENDENT = ['player', 'format', 'types']

/** Only these may call the server or drive the player; pages and components use a composable. */
const MAY_CALL_API = ['composables', 'stores', 'api']

function forbiddenFor(layer) {
  if (INDEPENDENT.includes(layer)) return layer === 'player' ? LAYERS : [...LAYERS, 'player']
  const above = LAYERS.slice(0, LAYERS.indexOf(layer))
  if (!MAY_CALL_API.includes(layer)) return [...above, 'api', 'player']
  return layer === 'composables' ? above : [...above, 'player']
}

const layerRules = [...LAYERS, ...INDEPENDENT].map((layer) => ({
  name: `luffy/layer/${layer}`,
  files: [`src/${layer}/**/*.{ts,vue}`],
  ignores: ['**/*.spec.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        ...(layer === 'player' && { paths: [{ name: 'vue', message: 'The player is independent of Vue.' }] }),
        patterns: [
          {
            group: [
              ...forbiddenFor(layer).flatMap((name) => [`@/${name}`, `@/${name}/**`]),
              ...(layer === 'types' ? ['!@/api', '!@/api/schema'] : []),
            ],
            message: `${layer} must not import this layer (router → pages → components → composables → stores → api).`,
          },
          { group: ['../*', '../**'], message: 'Import from another folder by its @/ name.' },
        ].filter(({ group }) => group.length > 0),
      },
    ],
  },
}))

export default defineConfig(
  { ignores: ['dist/**', 'src/api/schema.d.ts', 'test-results/**', 'playwright-report/**'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  ...pluginVue.configs['flat/recommended'],
  ...pluginA11y.configs['flat/recommended'],
  {
    name: 'luffy/all',
    // No rule here asks for the types of TypeScript's libraries, thousands of variables of each file.
    languageOptions: { globals: { ...globals.browser }, parserOptions: { lib: [] } },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
    },
  },
  {
    name: 'luffy/vue',
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
    rules: {
      'vue/block-order': ['error', { order: ['script', 'template', 'style'] }],
      'vue/component-api-style': ['error', ['script-setup']],
      'vue/define-macros-order': 'error',
      'vue/enforce-style-attribute': ['error', { allow: ['scoped'] }],
      'vue/max-attributes-per-line': ['warn', { singleline: 4 }],
      'vue/no-unused-refs': 'error',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': ['warn', { html: { void: 'always' } }],
      'max-lines': ['error', 135],
      'vuejs-accessibility/heading-has-content': ['error', { accessibleChildren: ['CourseHighlight'] }],
      // A label that wraps its control, or names it by "for", is enough.
      'vuejs-accessibility/label-has-for': ['error', { required: { some: ['nesting', 'id'] } }],
    },
  },
  {
    name: 'luffy/functions',
    files: ['src/**/*.{ts,vue}'],
    ignores: ['**/*.spec.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
    },
  },
  {
    name: 'luffy/node',
    files: ['scripts/**', '*.config.*', 'e2e/**'],
    languageOptions: { globals: { ...globals.node } },
    rules: { 'no-console': 'off' },
  },
  ...layerRules,
)
