import BulkModel
import Synchronization

/// From which number on each owner's kept secrets sign; nil stands for the server.
///
/// Kept secrets never change, and one that signs no more never does so again: what is remembered here stays right, and an
/// owner who replaces a secret every day costs a delivery no more reads than one who never does.
final class SecretMarks: Sendable {
    private let firsts = Mutex<[TenantID?: Int]>([:])

    /// 1 until it is known better.
    func first(of owner: TenantID?) -> Int { firsts.withLock { $0[owner, default: 1] } }

    /// All before this one sign no more.
    func note(_ first: Int, of owner: TenantID?) {
        guard first > 1 else { return }
        firsts.withLock { $0[owner] = max($0[owner, default: 1], first) }
    }
}
