/// The question that an instance is asked about a run, again and again.
///
/// The answer is within what SSM tells of a command's output. While there is nothing new the script
/// waits on the instance, which is quicker and costs less than asking more often.
struct RemoteLook {
  /// How many bytes of the log are known already; nil asks for none of it.
  var offset: Int64?
  /// What the run was last seen at, where a change of that is news.
  var phase: String?
  var wait: Duration
  /// Whether the start may still be on its way: then the run is waited for.
  var isEarly = false
  /// The S3 address that a long piece of the log may take.
  var passage: String?
  /// The instance's; only for the passage.
  var region = ""

  /// Characters of a piece of the log in an answer; the rest of SSM's 24,000 is for what else there
  /// is to say.
  static let limit = 20_500
  /// Minutes, well beyond what ``RemoteStart`` gives its script.
  static let startLimit = 5
  /// Bytes from which a piece takes the passage.
  static let long = 1 << 20

  func script(id: String) -> String {
    let halves = Int(wait / .milliseconds(500))
    let question =
      offset.map { offset in
        "[ \"$size\" -gt \(offset) ] ||" + " [ -n \"$ending\" ]"
      } ?? "[ \"$phase\" != \(ShellWords.line([phase ?? ""])) ] || [ -n \"$ending\" ]"
    return #"""
      \#(RemoteSupervisor.words)
      tries=0
      until cd \#(RemoteSupervisor.folder(ofRun: id)) 2>/dev/null; do
        [ "$tries" -lt \#(isEarly ? halves : 0) ] || { echo gone; exit 0; }
        tries=$((tries + 1))
        sleep 0.5
      done
      # A start takes its time to the first number, and is broken off long before this is over.
      has_begun() { [ -s pid ] || [ -n "$(find . -maxdepth 0 -mmin +\#(Self.startLimit))" ]; }
      if has_begun && ! is_there pid && [ ! -e ending ]; then
        tidy
        restarted=
        [ "$(cat boot 2>/dev/null)" = "$(cat /proc/sys/kernel/random/boot_id)" ] || restarted=yes
        # With a result there are outputs to be copied still.
        if [ -e result ] ||
          { [ -z "$restarted" ] && [ "$(cat phase 2>/dev/null)" = running ]; }; then
          # One takes over, however many look.
          if mkdir "after-$pid-$since" 2>/dev/null; then
            setsid sh supervisor watch </dev/null >>supervisor.log 2>&1 &
          fi
        elif [ ! -s pid ]; then tell ending 'failed its start was broken off'
        elif [ -n "$restarted" ]; then tell ending 'failed the instance was restarted'
        else tell ending 'failed what looked after the run on the instance was killed'
        fi
      fi
      tries=0
      while :; do
        ending=$(cat ending 2>/dev/null)
        phase=$(cat phase 2>/dev/null)
        size=$(stat -c %s log 2>/dev/null || echo 0)
        if \#(question); then break; fi
        [ "$tries" -lt \#(halves) ] || break
        tries=$((tries + 1))
        sleep 0.5
      done
      printf 'size %s\nphase %s\n' "$size" "$phase"
      [ -z "$ending" ] || printf 'ending %s\n' "$(printf %s "$ending" | tr '\n' ' ' | cut -c1-400)"
      [ -z "$ending" ] || [ ! -s started ] ||
        echo "took $(($(stat -c %Y result 2>/dev/null || stat -c %Y ending) - $(cat started)))"
      [ ! -e copied ] || echo copied
      [ ! -s notes ] || head -n 8 notes | cut -c1-200 | sed 's/^/note /'
      if [ -z "$ending" ] && [ "$phase" = running ]; then
        health=$(docker container inspect --format \
          '{{if .State.Health}}{{.State.Health.Status}}{{end}}' \#(container(id)) 2>/dev/null)
        [ -z "$health" ] || echo "health $health"
      fi
      \#(offset.map(piece) ?? "")
      """#
  }

  private func container(_ id: String) -> String { RemoteSupervisor.container(ofRun: id) }

  /// As it is while it is short, else packed, and the more the better it packs.
  private func piece(after offset: Int64) -> String {
    #"""
    count=$((size - \#(offset)))
    piece() { tail -c +\#(offset + 1) log | head -c "$1"; }
    \#(passage.map(passing) ?? "")
    if [ "$count" -le 12000 ]; then
      echo raw
      [ "$count" -le 0 ] || piece "$count" | base64
      exit 0
    fi
    for size in 4194304 1048576 262144 65536 32768 15000; do
      text=$(piece "$size" | gzip -c | base64 | tr -d '\n')
      [ "${#text}" -gt \#(Self.limit) ] || break
    done
    echo gzip
    echo "$text"
    """#
  }

  private func passing(_ address: String) -> String {
    let address = ShellWords.line([address])
    return #"""
      [ "$count" -le 33554432 ] || count=33554432
      if [ "$count" -gt \#(Self.long) ] && piece "$count" | gzip -c |
        aws s3 cp - \#(address) --region \#(ShellWords.line([region])) --only-show-errors >&2; then
        echo passed
        exit 0
      fi
      """#
  }
}
