import RunctlCommands

@main
enum Main {
  static func main() { Runctl.main() }
}
