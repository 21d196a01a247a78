/// Ends a run on its instance, whatever its supervisor is at.
///
/// The supervisor looks for `stop` once the program is there: no moment is lost between the two.
enum RemoteStop {
  /// - Parameter comesFirst: Whether the start may still be on its way: it then finds its place
  ///   taken.
  static func script(id: String, grace: Int, comesFirst: Bool = false) -> String {
    let name = RemoteSupervisor.container(ofRun: id)
    let folder = RemoteSupervisor.folder(ofRun: id)
    return #"""
      \#(RemoteSupervisor.words)
      \#(comesFirst ? claim(folder) : "")
      cd \#(folder) || exit 1
      if [ -e ending ] || [ -e result ]; then exit 0; fi
      tell stop \#(grace)
      if [ "$(cat phase 2>/dev/null)" != running ]; then
        ! is_there pid || kill -s KILL -- "-$pid"
        docker rm -f \#(name) >/dev/null 2>&1
        tidy
        tell ending 'stopped 143'
      elif [ "$(cat kind 2>/dev/null)" = container ]; then
        docker stop -t \#(grace) \#(name) >/dev/null 2>&1
      elif is_there client; then
        kill -s TERM -- "-$pid"
        left=\#(grace)
        while [ "$left" -gt 0 ] && kill -0 -- "-$pid" 2>/dev/null; do
          sleep 1
          left=$((left - 1))
        done
        kill -s KILL -- "-$pid" 2>/dev/null
      fi
      exit 0
      """#
  }

  private static func claim(_ folder: String) -> String {
    #"""
    mkdir -p \#(RemoteSupervisor.root)/runs
    if mkdir \#(folder) 2>/dev/null; then
      cd \#(folder) && tell ending 'stopped 143'
      exit
    fi
    """#
  }
}
