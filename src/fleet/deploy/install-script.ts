import { fleetLimits } from '../../model/fleet-limits.ts'
import type { SshConnection } from '../ssh/connect-outcome.ts'
import { commandLink, currentLink, manifest, type FoundNode } from './deploy-layout.ts'
import { runScript, shellWord, type ScriptOutcome } from './remote-script.ts'

/** Where the program is on a host, and who may write there. */
export interface DeployedAt {
  /** Absolute. */
  readonly base: string
  readonly asRoot: boolean
}

export interface Installation extends DeployedAt {
  readonly isSystem: boolean
  readonly name: string
  readonly archive: readonly Uint8Array[]
  /** Of all of the archive, hexadecimal. */
  readonly sha256: string
  /** The host's own, or the one of the archive. */
  readonly node: FoundNode | 'ours'
  readonly onSent: (bytes: number) => void
}

/**
 * Sends the program and puts it in its place: unpacked beside it, its checksum compared and itself run once there, then
 * renamed. Whatever fails before leaves the host as it was, a connection that is cut too: what arrived then is short,
 * and words to nobody (SIGPIPE) do not keep the script from tidying up.
 */
export function install(
  connection: SshConnection,
  installation: Installation,
): Promise<ScriptOutcome> {
  const { archive: payload, asRoot, onSent } = installation
  const script = installScript(installation)
  return runScript(connection, {
    script,
    payload,
    asRoot,
    deadlineMs: fleetLimits.deployMs,
    onSent,
  })
}

const installScript = ({ base, isSystem, name, sha256, node }: Installation) => `
umask 022
base=${shellWord(base)}
name=${shellWord(name)}
new=$base/.new-$$
fail() { say failed "$1"; exit 1; }
made=
directory=$base
while [ ! -d "$directory" ]; do
  made="$made
directory $directory"
  directory=$(dirname "$directory")
done
undo() { rm -rf "$new"; [ -e "$base/${manifest}" ] || ${removeDirectories('echo "$made"')}; }
trap undo EXIT
trap 'exit 1' HUP INT TERM
trap '' PIPE
mkdir -p "$new/program" || fail "cannot make $new"
cat >"$new/archive" || fail "cannot write to $new"
sum=$(sha256sum <"$new/archive")
[ "\${sum%% *}" = ${sha256} ] || fail "what arrived is not what was sent"
gzip -dc "$new/archive" | (cd "$new/program" && tar -xof -) || fail "cannot be unpacked to $new"
${node === 'ours' ? '' : `ln -s ${shellWord(node.path)} "$new/program/node"`}
said=$("$new/program/e2etop" --version 2>&1 </dev/null) || fail "it does not run there: $(echo "$said" | head -n 1)"
${isSystem ? claimCommand : ''}
keep() {
  printf 'version %s\\n%s\\n' "$1" "$made" | cat - "$base/${manifest}" 2>/dev/null | grep "$2" | sort -u >"$new/${manifest}"
  mv "$new/${manifest}" "$base/${manifest}" || fail "cannot write to $base"
}
keep "$name" .
[ -e "$base/$name" ] && mv "$base/$name" "$new/replaced"
mv "$new/program" "$base/$name" || fail "cannot write to $base"
ln -s "$name" "$new/link"
mv -T "$new/link" "$base/${currentLink}" 2>/dev/null || ln -sfn "$name" "$base/${currentLink}"
${isSystem ? linkCommand : ''}
while read -r kind what; do
  [ "$kind" = version ] && [ "$what" != "$name" ] && rm -rf "$base/\${what##*/}"
done <"$base/${manifest}"
keep "$name" "^[^v]\\|^version $name$"
find "$base" -maxdepth 1 -name '.new-*' -mmin +60 -exec rm -rf {} +
say path "$base/${currentLink}/e2etop"
`

/** Only where nothing has that name. */
const claimCommand = `
if [ ! -e ${commandLink} ] && [ ! -L ${commandLink} ]; then
  made="$made
link ${commandLink}"
fi`
const linkCommand = `
case $made in *${commandLink}*) ln -s "$base/${currentLink}/e2etop" ${commandLink} ;; esac`

/** The deepest first, of lines `directory PATH`; those in which something else lies stay. */
const removeDirectories = (list: string) =>
  `${list} | sort -r | while read -r kind what; do [ "$kind" = directory ] && rmdir "$what" 2>/dev/null; done`

/** Has systemd run the recorder, as root, out of a copy of its own. */
export function installRecorder(
  connection: SshConnection,
  { base, asRoot }: DeployedAt,
): Promise<ScriptOutcome> {
  const script = recorderScript(base)
  return runScript(connection, { script, asRoot, deadlineMs: fleetLimits.deployMs })
}

const recorderScript = (base: string) => `
base=${shellWord(base)}
said=$("$base/${currentLink}/e2etop" install-service 2>&1 </dev/null) || {
  say failed "install-service: $(echo "$said" | head -n 1)"
  exit 1
}
grep -q '^service' "$base/${manifest}" || echo 'service e2etop-record' >>"$base/${manifest}"
say service "$(echo "$said" | head -n 1)"
`

/** Removes what the manifest names, and directories that were made for it and are empty then. */
export function remove(
  connection: SshConnection,
  { base, asRoot }: DeployedAt,
): Promise<ScriptOutcome> {
  const script = removeScript(base)
  return runScript(connection, { script, asRoot, deadlineMs: fleetLimits.deployMs })
}

const removeScript = (base: string) => `
base=${shellWord(base)}
fail() { say failed "$1"; exit 1; }
list=$(cat "$base/${manifest}") || fail "cannot read $base/${manifest}"
case $list in *"service e2etop-record"*)
  said=$("$base/${currentLink}/e2etop" uninstall-service 2>&1 </dev/null) ||
    fail "uninstall-service: $(echo "$said" | head -n 1)"
  say service "$(echo "$said" | head -n 1)"
esac
echo "$list" | while read -r kind what; do
  case $kind in
    version) rm -rf "$base/\${what##*/}" ;;
    link) [ "$(readlink "$what")" = "$base/${currentLink}/e2etop" ] && rm -f "$what" ;;
  esac
done
rm -f "$base/${currentLink}" "$base/${manifest}"
rm -rf "$base"/.new-*
[ -e "$base/${manifest}" ] && fail "cannot remove what is in $base"
${removeDirectories('echo "$list"')}
[ -d "$base" ] && say left "$base"
`
