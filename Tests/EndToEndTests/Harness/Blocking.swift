import Dispatch

/// Calls that block, kept off the pool that all tests share.
enum Blocking {
    static func call<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }
}
