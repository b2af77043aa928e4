#!/bin/sh
# boot.sh ROOT [CGROUP]: starts systemd as the first process of the Debian in ROOT, in name spaces of its own but for
# the network. What it writes to the kernel stays out: /sys and /proc/sys are read-only. Runs itself a second time inside.
set -e
if [ -n "$2" ]; then
  mkdir "$2"
  echo $$ >"$2/cgroup.procs"
  exec unshare --mount --pid --fork --kill-child --uts --ipc --cgroup "$0" "$1"
fi
mount --make-rprivate /
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
mount --bind proc/sys proc/sys
mount -o remount,ro,bind proc/sys
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs -o mode=755 tmpfs run
mount -t tmpfs -o mode=1777 tmpfs tmp
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  : >"dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm old
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
ln -s /proc/self/fd dev/fd
pivot_root . old
umount -l /old
rmdir /old
exec env -i container=iottly PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
