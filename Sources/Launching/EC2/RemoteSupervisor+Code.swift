extension RemoteSupervisor {
  /// Behind the other where the program is the instance's own.
  static let code =
    #"""
    halt() {
      kill -s TERM -- "-$client" 2>/dev/null
      left=$1
      while [ "$left" -gt 0 ] && kill -0 -- "-$client" 2>/dev/null; do
        sleep 1
        left=$((left - 1))
      done
      kill -s KILL -- "-$client" 2>/dev/null
    }
    clear_away() { :; }
    # The exit code is told to the program's parent alone, and that was killed.
    if [ "$1" = watch ]; then
      [ ! -e result ] || conclude
      read -r client since < client
      limit_time_again
      while is_there client && [ "$(fields_of "$client" | cut -c1)" != Z ]; do sleep 0.5; done
      kill -s KILL -- "-$client" 2>/dev/null
      gather
      conclude ''
    fi
    unpack
    [ -z "$data" ] || fetch_data
    count_gpus
    case $used in
      '') [ "$gpus" = auto ] || export CUDA_VISIBLE_DEVICES= ;;
      all) ;;
      *) export CUDA_VISIBLE_DEVICES="$used" ;;
    esac
    make_outputs
    [ -z "$data" ] || [ -e code/data ] || ln -s "$data_folder" code/data
    tell started "$(date +%s)"
    tell phase running
    launch
    limit_time "$timeout"
    # Until it leads a group of its own there is nothing to end.
    tries=0
    while [ "$tries" -lt 50 ] && ! kill -0 -- "-$client" 2>/dev/null; do
      sleep 0.1
      tries=$((tries + 1))
    done
    [ -e timed-out ] && halt "$grace"
    [ -e stop ] && halt "$(cat stop)"
    wait "$client"
    code=$?
    kill -s KILL -- "-$client" 2>/dev/null
    killed_for_memory=
    dmesg 2>/dev/null | grep -q "Killed process $client " && killed_for_memory=yes
    gather
    conclude "$code"
    """#
}
