import type { MonitorSettings } from '../settings.ts'
import type { ViewName } from './views.ts'

/** Columns of views that the user has chosen; a view that is not here has its own. */
export class ChosenColumns {
  #chosen: NonNullable<MonitorSettings['columns']> = {}

  of(view: ViewName): readonly string[] | undefined {
    return this.#chosen[view]
  }

  /** None: the view's own again. */
  choose(view: ViewName, names: readonly string[]): void {
    const { [view]: _before, ...others } = this.#chosen
    this.#chosen = names.length === 0 ? others : { ...others, [view]: names }
  }

  get all(): NonNullable<MonitorSettings['columns']> {
    return this.#chosen
  }

  set all(columns: NonNullable<MonitorSettings['columns']>) {
    this.#chosen = columns
  }
}
