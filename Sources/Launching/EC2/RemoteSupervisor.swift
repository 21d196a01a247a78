/// What looks after a run on its instance: a script for `sh`, which ends with the run.
///
/// It works in the run's folder, and what it finds out it writes there, each thing into a file that
/// is complete as soon as it is there: `pid`, `phase`, `started`, `notes`, `result`, and at the very
/// end `ending`. It knows nothing of SSM and of whoever started it. What is particular to the run
/// is in `job`, see ``RemoteJobFile``.
enum RemoteSupervisor {
  /// Where the instance keeps everything of runctl's.
  static let root = "/var/lib/runctl"

  static func folder(ofRun id: String) -> String { "\(root)/runs/\(id)" }

  static func container(ofRun id: String) -> String { "runctl-\(id)" }

  /// `watch` as its argument takes over from one that was killed.
  static let text =
    words + #"""
      export HOME="${HOME:-/root}"
      run=$PWD
      note() { printf '%s\n' "$1" >> notes; }
      last() { tail -n 3 "$1" 2>/dev/null | tr -s '\n\r\t' ' ' | cut -c1-300; }
      end_timer() { is_there timer && kill "$pid" 2>/dev/null; }
      finish() {
        end_timer
        tidy
        [ -e ending ] || tell ending "$1"
        exit 0
      }
      failed() { finish "failed $1"; }
      cat /proc/sys/kernel/random/boot_id > boot
      tell pid "$$ $(start_of $$)"
      # The start was given up, and all of it taken away.
      [ -s pid ] || exit 1
      # Who took the start back before there was a number found nothing to end.
      [ "$1" = watch ] || { [ ! -e stop ] && [ ! -e ending ]; } || finish 'stopped 143'
      trap '' HUP
      . ./job

      log_in() {
        tell phase "logging Docker into $registry"
        mkdir -p login
        export DOCKER_CONFIG="$run/login"
        password=$(aws ecr get-login-password --region "$registry_region" 2>>setup) ||
          failed "the instance's role gives no access to $registry: $(last setup)"
        printf %s "$password" | docker login --username AWS --password-stdin "$registry" \
          >>setup 2>&1 || failed "Docker cannot log into $registry: $(last setup)"
        password=
      }
      pull() {
        command -v docker >/dev/null || failed "there is no Docker on the instance"
        docker image inspect "$image" >/dev/null 2>&1 && return
        [ -z "$registry" ] || log_in
        tell phase "pulling the image"
        docker pull "$image" >>setup 2>&1 || failed "the image cannot be pulled: $(last setup)"
        rm -rf login
        unset DOCKER_CONFIG
      }
      unpack() {
        tell phase "fetching the code"
        aws s3 cp "$archive" code.tar.gz --region "$region" --only-show-errors >>setup 2>&1 ||
          failed "the instance cannot read $archive: $(last setup)"
        mkdir -p code
        tar -xzf code.tar.gz -C code --no-same-owner >>setup 2>&1 ||
          failed "the code cannot be unpacked: $(last setup)"
        rm -f code.tar.gz
      }
      fetch_data() {
        tell phase "fetching the data"
        mkdir -p "$data_folder"
        (
          umask 022
          if command -v flock >/dev/null; then
            exec 8>"$data_folder.lock"
            flock 8
          fi
          chmod 0755 "$data_folder"
          aws s3 sync "$data" "$data_folder" --region "$region" --only-show-errors 8>&-
        ) >>setup 2>&1 || failed "the instance cannot read $data: $(last setup)"
      }
      # Sets `used`: nothing, `all`, or the numbers of GPUs.
      count_gpus() {
        have=$(nvidia-smi -L 2>/dev/null | grep -c '^GPU ')
        case $gpus in
          none) used= ;;
          auto) [ "$have" -gt 0 ] && used=all || used= ;;
          all) [ "$have" -gt 0 ] || failed "all GPUs are wanted, and the instance has none"; used=all ;;
          *)
            [ "$have" -ge "$gpus" ] ||
              failed "$gpus GPUs are wanted, and the instance has $have"
            reserve_gpus
            ;;
        esac
        [ -n "$used" ] || [ -z "$wants_cuda" ] ||
          note "the image is made for CUDA, and the run has no GPU: it will be slow, or fail"
      }
      # Takes GPUs that no other run of a certain number of them has.
      reserve_gpus() {
        folder=${run%/*/*}/gpus
        mkdir -p "$folder"
        used=$(
          if command -v flock >/dev/null; then
            exec 8>"$folder/lock"
            flock 8
          fi
          left=$gpus index=0 taken=
          while [ "$left" -gt 0 ] && [ "$index" -lt "$have" ]; do
            if is_free "$folder/$index"; then
              echo "${run##*/}" > "$folder/$index"
              taken=$taken${taken:+,}$index left=$((left - 1))
            fi
            index=$((index + 1))
          done
          [ "$left" -gt 0 ] || echo "$taken"
        )
        [ -n "$used" ] ||
          failed "$gpus GPUs are wanted, and other runs have too many of the instance's $have"
      }
      is_free() {
        owner=$(cat "$1" 2>/dev/null)
        [ -n "$owner" ] && [ "$owner" != "${run##*/}" ] || return 0
        owner=${run%/*}/$owner
        [ ! -d "$owner" ] || [ -e "$owner/result" ] || [ -e "$owner/ending" ] ||
          ! cmp -s "$owner/boot" boot
      }
      # Starts the program with what is secret in its environment, and nowhere else.
      launch() {
        (
          if [ -f secrets ]; then
            . ./secrets
            rm -f secrets
          fi
          umask 022
          start "$@"
        ) >>log 2>&1 </dev/null &
        client=$!
        tell client "$client $(start_of $client)"
      }
      # After so many seconds; not beside a timer that a killed supervisor has left.
      limit_time() {
        [ -n "$timeout" ] && ! is_there timer || return 0
        (
          trap 'kill "$pause" 2>/dev/null; exit 0' TERM
          sleep "$1" &
          pause=$!
          wait "$pause"
          tell timed-out yes
          halt "$grace"
        ) >/dev/null 2>&1 &
        tell timer "$! $(start_of $!)"
      }
      limit_time_again() {
        [ -n "$timeout" ] || return 0
        gone=$(($(date +%s) - $(cat started)))
        limit_time "$(awk -v all="$timeout" -v gone="$gone" \
          'BEGIN { printf "%.1f", (all > gone ? all - gone : 0) }')"
      }
      # Of its exit code; nothing where that is not known.
      judge() {
        if [ -e stop ]; then result="stopped ${1:-143}"
        elif [ -e timed-out ]; then result="timeout ${1:-143}"
        elif [ -z "$1" ]; then
          result="failed what looked after the run was killed: how its program ended is not known"
        elif [ "$1" = 137 ] && [ -n "$killed_for_memory" ]; then result="memory $1"
        else result="exited $1"
        fi
        tell result "$result"
      }
      # `copied` is there when all is where it should be.
      copy_outputs() {
        [ -n "$destination" ] || return 0
        tell phase "copying the outputs"
        [ -z "$(find outputs -type l | head -n 1)" ] ||
          note "symbolic links among the outputs are not copied"
        # A link may lead to anything on the instance.
        if aws s3 sync outputs "$destination" --no-follow-symlinks --region "$region" \
          --only-show-errors >>setup 2>&1
        then tell copied yes
        else note "the outputs could not be copied to $destination: $(last setup)"
        fi
      }
      # Also where another one was killed while it did this.
      conclude() {
        end_timer
        [ -e result ] || judge "$1"
        clear_away
        copy_outputs
        finish "$(cat result)"
      }

      """#
}
