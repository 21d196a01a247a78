/// What the command line says about AWS.
struct CloudOptions {
  var region: String?
  var profile: String?
  /// Whether a repository that ECR lacks is made by a push.
  var createsRepositories = true
}
