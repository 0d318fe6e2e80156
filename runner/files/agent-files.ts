import type { Provider } from '../../shared/variant.ts'
import type { FileRule } from './file-rules.ts'

/**
 * What AI tools take orders from: hooks, servers, permissions, rules, and programs to run. Removed from every clone for every CLI,
 * because one CLI may obey the files of another, and the next version of a CLI more of them than this one.
 *
 * Files that only tell a tool what not to read (`.geminiignore`, `.cursorignore`) stay: they order nothing. So do instructions that
 * document a project as well, below.
 */
export const agentFiles: readonly FileRule[] = [
  {
    pattern: '.claude/',
    reason: 'hooks, helpers, environment, permissions, agents, skills and rules; Cursor obeys it, too',
  },
  { pattern: '.claude.json', reason: 'servers and trusted folders of Claude Code' },
  { pattern: '.claude-plugin/', reason: 'plugins of Claude Code, with hooks and servers' },
  { pattern: '.cursor/', reason: 'hooks, servers, permissions and rules of Cursor' },
  { pattern: '.cursorrules', reason: 'rules that Cursor applies' },
  { pattern: '.gemini/', reason: 'hooks, servers, commands, extensions and environment of Gemini CLI' },
  { pattern: '.agents/', reason: 'skills and rules that several CLIs share' },
  { pattern: '.agent/', reason: 'rules and workflows of Antigravity' },
  { pattern: '.codex/', reason: 'configuration and servers of Codex' },
  { pattern: '.mcp.json', reason: 'programs that are started as MCP servers' },
  { pattern: '.vscode/mcp.json', reason: 'programs that are started as MCP servers' },
  { pattern: '.windsurf/', reason: 'rules and workflows of Windsurf' },
  { pattern: '.windsurfrules', reason: 'rules that Windsurf applies' },
  { pattern: '.codeium/', reason: 'servers and memories of Windsurf' },
  { pattern: '.clinerules/', reason: 'rules that Cline applies, hooks and workflows' },
  { pattern: '.roo/', reason: 'rules and servers of Roo Code' },
  { pattern: '.roomodes', reason: 'modes of Roo Code, with what they may do' },
  { pattern: '.roorules', reason: 'rules that Roo Code applies' },
  { pattern: '.kilocode/', reason: 'rules and servers of Kilo Code' },
  { pattern: '.continue/', reason: 'configuration, servers and rules of Continue' },
  { pattern: '.continuerules', reason: 'rules that Continue applies' },
  { pattern: '.aider.conf.yml', reason: 'options of aider, with commands to run' },
  { pattern: '.amazonq/', reason: 'servers, agents and rules of Amazon Q' },
  { pattern: '.kiro/', reason: 'servers, hooks and rules of Kiro' },
  { pattern: '.junie/', reason: 'servers and rules of Junie' },
  { pattern: '.augment/', reason: 'commands and rules of Augment' },
  { pattern: '.augment-guidelines', reason: 'rules that Augment applies' },
  { pattern: '.factory/', reason: 'servers and commands of Factory' },
  { pattern: '.opencode/', reason: 'plugins, commands and agents of opencode' },
  { pattern: 'opencode.json', reason: 'servers and permissions of opencode' },
  { pattern: 'opencode.jsonc', reason: 'servers and permissions of opencode' },
  { pattern: '.crush.json', reason: 'servers and permissions of Crush' },
  { pattern: '.crush/', reason: 'state and commands of Crush' },
  { pattern: '.goose/', reason: 'extensions and recipes of goose' },
  { pattern: '.goosehints', reason: 'instructions that goose applies' },
  { pattern: '.qwen/', reason: 'hooks, servers and environment of Qwen Code' },
  { pattern: '.iflow/', reason: 'hooks, servers and environment of iFlow' },
  { pattern: '.trae/', reason: 'servers and rules of Trae' },
  { pattern: '.zed/', reason: 'servers and tasks of Zed' },
  { pattern: '.rules', reason: 'rules that Zed applies' },
  { pattern: '.openhands/', reason: 'scripts and instructions of OpenHands' },
  { pattern: '.github/chatmodes/', reason: 'modes of Copilot, with tools to call' },
  { pattern: '.github/agents/', reason: 'agents of Copilot, with tools to call' },
  { pattern: '.github/hooks/', reason: 'hooks of Copilot' },
]

/** Instructions for AI tools that also document a project. */
export interface InstructionRule extends FileRule {
  /** The CLIs that obey it and cannot be told to ignore it. For them it is removed. */
  obeyedBy: readonly Provider[]
}

/**
 * Data, like any other file: claude and gemini are started so that they load none of it, but they may read it. Cursor's CLI applies
 * some of it as rules: https://cursor.com/docs/cli/using
 */
export const instructionFiles: readonly InstructionRule[] = [
  { pattern: 'agents.md', reason: 'how to build, test and change a project, for any tool', obeyedBy: ['cursor'] },
  { pattern: 'agent.md', reason: 'the same, in an older spelling', obeyedBy: [] },
  { pattern: 'agents.override.md', reason: 'the same, for Codex', obeyedBy: [] },
  { pattern: 'claude.md', reason: 'the same, for Claude Code', obeyedBy: ['cursor'] },
  { pattern: 'claude.local.md', reason: 'the same, for one person', obeyedBy: ['cursor'] },
  { pattern: 'gemini.md', reason: 'the same, for Gemini CLI', obeyedBy: [] },
  { pattern: '.github/copilot-instructions.md', reason: 'the same, for Copilot', obeyedBy: [] },
  { pattern: '.github/instructions/', reason: 'the same, for Copilot and for some files', obeyedBy: [] },
]
