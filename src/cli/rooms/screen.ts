/** What owns the terminal: Ink and all that it draws. */
export { importTheme } from '../import-theme.ts'
export { showBoard, showMonitor } from '../show-monitor.ts'
