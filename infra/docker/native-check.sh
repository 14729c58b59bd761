#!/usr/bin/env bash
# Fails the build of an image in which a native library of the app would not load.
set -euo pipefail

app="$1"
mapfile -t libraries < <(find "$app" -path '*/.azurefunctions' -prune -o -name '*.so*' -type f -print)
[ "${#libraries[@]}" -gt 0 ] || { echo "native-check: no native library in $app" >&2; exit 1; }

# The driver's own libraries come from the machine that has the GPU.
from_the_driver='libcuda\.so|libnvidia-ml\.so'
failed=0
folders="$(printf '%s\n' "${libraries[@]}" | xargs -n 1 dirname | sort -u | paste -sd :)"
for library in "${libraries[@]}"; do
    missing="$(LD_LIBRARY_PATH="$folders" ldd "$library" 2>&1 | grep -E 'not found' | grep -vE "$from_the_driver" || true)"
    if [ -n "$missing" ]; then
        printf 'native-check: %s\n%s\n' "$library" "$missing" >&2
        failed=1
    fi
done

# What TorchSharp was linked against must not be newer than what the system has.
system="$(ldconfig -p | awk '/libstdc\+\+\.so\.6 .*x86-64/ { print $NF; exit }')"
newest() { grep -aoE 'GLIBCXX_3\.4\.[0-9]+' "$1" | sort -uV | tail -n 1; }
torch="$(printf '%s\n' "${libraries[@]}" | grep -m 1 'libLibTorchSharp\.so$')" || { echo "native-check: libLibTorchSharp.so is not in $app" >&2; exit 1; }
needed="$(newest "$torch")"
has="$(newest "$system")"
if [ "$(printf '%s\n%s\n' "$needed" "$has" | sort -V | tail -n 1)" != "$has" ]; then
    echo "native-check: $torch needs $needed, $system has $has: the base image is too old" >&2
    failed=1
fi

echo "native-check: ${#libraries[@]} libraries, $needed needed, $has there"
exit "$failed"
