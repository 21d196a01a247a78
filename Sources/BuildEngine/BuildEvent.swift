package import BuildPlan
package import OCI

/// What happens during a build, for whoever shows it.
package enum BuildEvent: Sendable {
  case stepStarted(Step)
  /// What the command of a RUN prints, a line at a time.
  case output(Step, line: String)
  case stepFinished(Step, StepOutcome)
  /// Somebody else, in this process or another, does the same step.
  case waiting(Step)
  /// Somebody else fetches or sends the same content.
  case waitingForPull(ImageReference)
  case waitingForPush(ImageReference)
  /// Somebody else fetches the same for an ADD.
  case waitingForSource(String)
  /// What an ADD names is asked for, to see whether it is what it was.
  case asking(String)
  case downloading(String)
  case downloaded(String, bytes: Int64, duration: Duration)
  /// How much a download will bring.
  case expecting(bytes: Int64)
  case resolving(ImageReference)
  /// The project pins what names mean, and this one is not among them.
  case unpinned(String)
  /// What the name means now was asked for, and the pin counts.
  case keptPin(String)
  /// What the name means now was to be asked for, and cannot be: what it meant counts.
  case keptBase(String, reason: String)
  case pulling(ImageReference, layers: Int, bytes: Int64)
  case pulled(ImageReference, bytes: Int64, duration: Duration)
  /// Bytes that have arrived or gone since the last such event.
  case transferred(bytes: Int64)
  case uploading(Descriptor, to: ImageReference)
  case uploaded(Descriptor, to: ImageReference, PushedAs)
  case published(ImageReference, Digest)
}

package enum StepOutcome: Sendable, Equatable {
  /// Nothing was done: the result was there.
  case reused
  /// - Parameter size: Of the compressed layers that came of it, in bytes.
  case executed(duration: Duration, size: Int64)
  /// It was done, and changed nothing.
  case unchanged(duration: Duration)
}

package enum PushedAs: Sendable, Equatable {
  case existing
  case mounted
  case uploaded
}

package typealias EventSink = @Sendable (BuildEvent) -> Void
