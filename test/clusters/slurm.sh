#!/bin/bash
# Starts Slurm with one node of two processors on this machine, as root: slurm.sh FOLDER. Prints the path of its configuration.
set -eu
folder=$1
host=$(hostname -s)
mkdir -p "$folder"/{state,spool} /run/munge /var/log/munge
chown munge:munge /run/munge /var/log/munge
if [ ! -f /etc/munge/munge.key ]; then
  (umask 077 && head -c 1024 /dev/urandom > /etc/munge/munge.key)
  chown munge:munge /etc/munge/munge.key
fi
munge -n > /dev/null 2>&1 || runuser -u munge -- munged
cat > "$folder/slurm.conf" <<CONF
ClusterName=simcli
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
AuthType=auth/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1,bf_interval=1
ReturnToService=2
KillWait=2
MpiDefault=none
NodeName=$host NodeAddr=127.0.0.1 CPUs=2 RealMemory=1000
PartitionName=main Nodes=$host Default=YES
CONF
export SLURM_CONF="$folder/slurm.conf"
slurmctld > /dev/null 2>&1
slurmd -N "$host" > /dev/null 2>&1
for _ in $(seq 30); do
  if sinfo --noheader 2> /dev/null | grep -q idle; then
    echo "$SLURM_CONF"
    exit
  fi
  sleep 1
done
echo "no node is idle after 30 s" >&2
exit 1
