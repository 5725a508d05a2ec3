#!/usr/bin/env bash
# Installs what the tests use beyond npm, as root on Debian or Ubuntu; elsewhere says what is missing and goes on,
# because each test skips with its reason where its tool is not there.
set -euo pipefail
packages=(tmux nfdump iproute2 iputils-ping python3 util-linux curl dnsutils procps sqlite3 openssh-client openssh-server tshark tcpdump openvpn build-essential libpcap-dev libfaketime mandoc bsdextrautils zsh fish nftables iperf3 sudo)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -eq 0 ]; then
  echo "test packages: all there (${packages[*]})"
elif [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  echo "test packages: installing ${missing[*]}"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
else
  echo "test packages: not installed, and not root on Debian to install them: ${missing[*]}" >&2
  echo "test packages: tests that need them will be skipped" >&2
fi
# The optional package cap is compiled where it is installed, and `npm ci` came before the compiler.
if [ -d node_modules ] && ! node -e 'require("cap")' 2>/dev/null; then
  version=$(node -p 'require("./package.json").optionalDependencies.cap')
  echo "test packages: compiling cap $version"
  npm install --no-save --no-audit --no-fund "cap@$version" >/dev/null 2>&1 ||
    echo "test packages: cap cannot be compiled here; tests that capture packets will be skipped" >&2
fi
