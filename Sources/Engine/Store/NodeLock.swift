/// A lock of this node; lost when its connection is.
package protocol NodeLock: Sendable {
    /// False once it was released or lost: what it guarded must not be finished then. It is asked in the midst of
    /// `Store.change` too, so it never waits.
    var isHeld: Bool { get }

    /// Lets others have it; no harm when it is lost already.
    func release() async
}
