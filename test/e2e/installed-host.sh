#!/bin/bash
# A first day with the recorder, step by step; each step prints `== name`, what it says, and its exit code.
step() { local name=$1; shift; echo "== $name"; "$@" 2>&1; echo "exit $?"; }
as_nobody() { setpriv --reuid 65534 --clear-groups --regid "$1" "${@:2}"; }
start_recorder() { python3 test/lab/as-systemd.py --export-timer 1s 2>/dev/null & recorder=$!; sleep 3; }

step install-as-nobody as_nobody 65534 "$1" dist/e2etop.mjs install-service
step install "$1" dist/e2etop.mjs install-service
step install-again "$1" dist/e2etop.mjs install-service
step owners stat -c '%A %U:%G %n' /var/lib/e2etop /etc/e2etop /etc/systemd/system/e2etop-record.{service,socket} \
  /usr/local/lib/e2etop/dist/e2etop.mjs
# Packages that it loads from beside itself: ssh2 and blessed-contrib, and below sql.js.
step hosts e2etop hosts -H nowhere.invalid
board='stty cols 100 rows 40; env -u CI TERM=xterm e2etop board --demo'
step board sh -c "timeout 12 script -qec '$board' /dev/null | grep -a -m1 -o rsync"
step before-start e2etop status
start_recorder
step privileges grep -E '^(Uid|Gid|CapEff|CapAmb|NoNewPrivs):' "/proc/$recorder/status"
step member as_nobody e2etop e2etop status
step stranger as_nobody 65534 e2etop status
step uninstall-beside "$1" dist/e2etop.mjs uninstall-service
step beside e2etop status
kill -9 "$recorder"
wait "$recorder" 2>/dev/null
step killed e2etop status
start_recorder
step restarted as_nobody e2etop e2etop status
e2etop export /var/lib/case.db >/dev/null 2>&1
step sql e2etop sql /var/lib/case.db 'SELECT name FROM host'
kill "$recorder"
wait "$recorder"
echo "== stopped"
echo "exit $?"
step uninstall "$1" dist/e2etop.mjs uninstall-service
step left stat -c '%A %U:%G %n' /var/lib/e2etop
groupadd --system e2etop
useradd --gid e2etop --no-create-home analyst
step uninstall-with-member "$1" dist/e2etop.mjs uninstall-service
userdel analyst
step uninstall-again "$1" dist/e2etop.mjs uninstall-service --purge
step nothing-left ls /var/lib/e2etop /etc/e2etop /usr/local/lib/e2etop /usr/local/bin/e2etop
step no-accounts getent passwd e2etop-rec
