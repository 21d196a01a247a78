extension RemoteSupervisor {
  /// What all scripts on an instance know: the supervisor, and those that look at a run or end it.
  static let words =
    #"""
    umask 077
    tell() { printf '%s\n' "$2" > "$1.$$.new" && mv "$1.$$.new" "$1"; }
    # The kernel's fields of a process from its state on. Its name is in front of them, and may have
    # spaces and parentheses.
    fields_of() { sed 's/.*) //' "/proc/$1/stat" 2>/dev/null; }
    start_of() { fields_of "$1" | cut -d' ' -f20; }
    # Whether the process whose number and start a file has still lives; `pid` is its number. Without
    # the start the number may be another's by now.
    is_there() {
      pid=
      read -r pid since 2>/dev/null <"$1" && [ -n "$since" ] && [ "$(start_of "$pid")" = "$since" ]
    }
    # What nobody needs any more once a run is not being prepared.
    tidy() { rm -rf secrets secrets.part login code.tar.gz; }

    """#
}
