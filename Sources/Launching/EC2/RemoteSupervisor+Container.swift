extension RemoteSupervisor {
  /// Behind the other where the program is in a container.
  static let container =
    #"""
    halt() { docker stop -t "$1" "$name" >/dev/null 2>&1; }
    clear_away() { docker rm "$name" >/dev/null 2>&1; }
    look() { docker container inspect --format "$1" "$name" 2>/dev/null; }
    # Whoever goes on after a crash may still find the one that writes the log.
    follow() { while is_there client; do sleep 0.5; done; }
    settle() {
      missed=0 goes_on=
      while :; do
        if state=$(look '{{.State.Status}} {{.State.ExitCode}} {{.State.OOMKilled}} {{.Id}}'); then
          set -- $state
          case $1 in
            exited | dead | created) return ;;
          esac
          # Docker may have broken off what it still ends.
          [ -z "$goes_on" ] || docker attach --no-stdin --sig-proxy=false "$name" >>log 2>&1
          goes_on=yes missed=0
          sleep 1
        elif docker version >/dev/null 2>&1; then
          [ "$code" != 125 ] || failed "Docker did not start the container: $(last log)"
          failed "the container was removed while it ran"
        else
          missed=$((missed + 1))
          [ "$missed" -lt 30 ] || failed "the instance's Docker does not answer any more"
          sleep 2
        fi
      done
    }
    [ "$1" != watch ] || [ ! -e result ] || conclude
    if [ "$1" != watch ]; then
      pull
      [ -z "$data" ] || fetch_data
      count_gpus
      make_outputs
      set --
      case $used in
        '') ;;
        all) set -- "$@" --gpus all ;;
        *) set -- "$@" --gpus "\"device=$used\"" ;;
      esac
      [ -n "$shm" ] || set -- "$@" --shm-size \
        "$(awk '/^MemTotal:/ { printf "%d", $2 / 2 }' /proc/meminfo)k"
      for volume in /mnt/data /mnt/checkpoints /data /checkpoints; do
        case " $taken " in *" $volume "*) continue ;; esac
        mountpoint -q "$volume" &&
          set -- "$@" --mount "type=bind,source=$volume,target=$volume"
      done
      [ -z "$data" ] ||
        set -- "$@" --mount "type=bind,source=$data_folder,target=/data,readonly"
      tell started "$(date +%s)"
      tell phase running
      launch "$@"
      limit_time "$timeout"
      while kill -0 "$client" 2>/dev/null && [ -z "$(look '{{.State.Pid}}' | grep -v '^0$')" ]; do
        sleep 0.2
      done
      # Who wanted its end before it was there found nothing to end.
      [ -e timed-out ] && halt "$grace"
      [ -e stop ] && halt "$(cat stop)"
      wait "$client"
      code=$?
    else
      code=
      limit_time_again
      follow
    fi
    settle
    set -- $state
    # Docker's own codes for a program that is not there or may not be run.
    if [ "$1" = created ]; then
      docker rm "$name" >/dev/null 2>&1
      case $code in
        126 | 127) conclude "$code" ;;
        *) failed "Docker did not start the container: $(last log)" ;;
      esac
    fi
    killed_for_memory=
    if [ "$3" = true ] || dmesg 2>/dev/null | grep oom-kill | grep -q "$4"; then
      killed_for_memory=yes
    fi
    code=$2
    gather
    conclude "$code"
    """#
}
