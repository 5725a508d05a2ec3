import type { AddressSources } from '../remote-whereabouts.ts'
import type { ShownSeals } from '../shown-seals.ts'

/** What the store knows from elsewhere than answers. */
export type StoreSources = AddressSources & { readonly seals?: ShownSeals | undefined }
