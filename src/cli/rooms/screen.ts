/** What owns the terminal: Ink and all that it draws. */
export { importTheme } from '../monitor/import-theme.ts'
export { showBoard, showMonitor } from '../monitor/show-monitor.ts'
