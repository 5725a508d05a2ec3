import { readerGroup, recorderUser } from '../../recorder/privileges.ts'
import { oneMallocHeap } from '../lean-memory.ts'
import { defaultDataDirectory, defaultLiveSocket } from '../places.ts'

export const serviceName = 'e2etop-record.service'
export const socketName = 'e2etop-record.socket'

/** The program to start: words without spaces, as the unit's ExecStart has them. */
export interface ServiceProgram {
  readonly node: string
  readonly script: string
}

/**
 * The recorder's unit. It never is root: systemd gives its account the five capabilities that opening BPF and
 * reading other users' /proc take, and the recorder itself lets go of four of them once it is open.
 * MemoryDenyWriteExecute is absent because V8 compiles to memory; PrivateNetwork and PrivateUsers because the
 * host's own sockets and users are what is recorded.
 */
export function serviceUnit({ node, script }: ServiceProgram): string {
  return `[Unit]
Description=e2etop recorder: network flows of this host by process and user
After=local-fs.target systemd-sysusers.service
RequiresMountsFor=${defaultDataDirectory}
# Goes on trying every second: the evidence that is not recorded is gone.
StartLimitBurst=20

[Service]
Type=notify
Environment=MALLOC_ARENA_MAX=${oneMallocHeap.MALLOC_ARENA_MAX}
ExecStart=${node} ${script} record
ExecReload=/bin/kill -HUP $MAINPID
User=${recorderUser}
Group=${readerGroup}
AmbientCapabilities=CAP_BPF CAP_PERFMON CAP_NET_ADMIN CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
CapabilityBoundingSet=CAP_BPF CAP_PERFMON CAP_NET_ADMIN CAP_SYS_PTRACE CAP_DAC_READ_SEARCH
NoNewPrivileges=yes
StateDirectory=e2etop
StateDirectoryMode=0750
ConfigurationDirectory=e2etop
ConfigurationDirectoryMode=0750
UMask=0027
Restart=on-failure
RestartSec=1
WatchdogSec=30
TimeoutStopSec=30
OOMPolicy=stop
# A table of a million flows takes 240 MB; kernel memory of the maps counts as well.
MemoryMax=512M
CPUQuota=50%
TasksMax=32
LimitNOFILE=4096
Nice=5
IOWeight=10
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectKernelTunables=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
RestrictNamespaces=yes
RestrictSUIDSGID=yes
RestrictRealtime=yes
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_NETLINK
IPAddressDeny=any
SystemCallArchitectures=native
# V8 asks for memory protection keys (@pkey) where the processor has them. What else a Node that is newer than this
# list may call is refused: it can go on without, and killed it could not.
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service @pkey bpf perf_event_open
SystemCallFilter=~@mount @swap @reboot @module @raw-io @clock @cpu-emulation @obsolete
RemoveIPC=yes
KeyringMode=private

[Install]
WantedBy=multi-user.target
Also=${socketName}
`
}

/** The live socket is systemd's, so that it is root's, is there before the recorder and outlives its restarts. */
export function socketUnit(): string {
  return `[Unit]
Description=e2etop live flows

[Socket]
ListenStream=${defaultLiveSocket}
SocketUser=root
SocketGroup=${readerGroup}
SocketMode=0660
DirectoryMode=0755
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
`
}
